// What this device keeps, without the editor: a list of documents should not have to load one.
export {
  forgetLocalDocument,
  listLocalDocuments,
  type LocalDocument,
  type LocalDocumentsOptions,
} from "@ligature/provider"
