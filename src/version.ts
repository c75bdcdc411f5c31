/** The version of this package, said once. A test compares it with package.json. */

export const version = '0.1.0';
