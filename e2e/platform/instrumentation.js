/** Without one of its own, the build takes the file of that name from the repository's root. */
export function register() {}
