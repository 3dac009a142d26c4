/** Of the editor that is built with this server: what `@ligature/schema` exports, which the server need not install for one number. */
export const SCHEMA_VERSION = 1
