import { runAttacks } from '@/lib/lab/servers/run'
import { route } from '@/lib/server/route'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({ POST: runAttacks })
