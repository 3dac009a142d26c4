// The package has types that its export map does not reach.
declare module "y-leveldb" {
  export class LeveldbPersistence {
    constructor(folder: string)
    storeUpdate(document: string, update: Uint8Array): Promise<number>
    destroy(): Promise<void>
  }
}
