import { fileURLToPath } from 'node:url'

/** The smallest Next application that shows what edge and handler are given. */
export default {
  skipTrailingSlashRedirect: true,
  turbopack: { root: fileURLToPath(new URL('../..', import.meta.url)) },
}
