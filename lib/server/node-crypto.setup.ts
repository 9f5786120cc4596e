import { lockDefaults } from '@/lib/protocol/testing'
import { nodeCrypto } from './node-crypto'

/** Lets the verifier's tests verify as a handler does. */
lockDefaults.primitives = nodeCrypto
