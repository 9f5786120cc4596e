import { createServer } from 'node:http'
import next from 'next'

/** Serves the echo application on a free port and tells it to the parent process. */
const app = next({ dev: false, dir: import.meta.dirname })
await app.prepare()
const server = createServer(app.getRequestHandler())
server.listen(0, '127.0.0.1', () => process.send?.(server.address().port))
