/** The root folder of the project, with a slash at its end. */
export const projectRoot: URL = new URL("../../", import.meta.url);
