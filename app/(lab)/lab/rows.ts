import { ATTACK_IDS, ATTACKS, type AttackId } from '@/lib/lab/attacks'
import { MATRIX, type Expected } from '@/lib/lab/matrix'
import { SCHEME_INFO } from '@/lib/lab/schemes/info'
import { SCHEME_IDS, type Attack, type Group, type SchemeId } from '@/lib/lab/types'

/** The matrix as plain values, so that no attack and no scheme is sent to a browser. */

export interface Row {
  readonly id: AttackId
  readonly group: Group
  readonly title: string
  readonly story: string
  readonly needs?: string
  readonly cells: Readonly<Record<SchemeId, Expected>>
}

export interface Column {
  readonly id: SchemeId
  readonly name: string
  readonly short: string
  /** How many attacks it stands, of those that have something to work on. */
  readonly stands: number
  readonly of: number
}

export const ROWS: readonly Row[] = ATTACK_IDS.map((id) => {
  const { group, title, story, needs }: Attack = ATTACKS[id]
  return { id, group, title, story, cells: MATRIX[id], ...(needs && { needs }) }
})

export const COLUMNS: readonly Column[] = SCHEME_IDS.map((id) => {
  const { name, short } = SCHEME_INFO[id]
  const outcomes = ATTACK_IDS.map((attack) => MATRIX[attack][id].outcome)
  const count = (one: string) => outcomes.filter((outcome) => outcome === one).length
  return { id, name, short, stands: count('stands'), of: outcomes.length - count('none') }
})
