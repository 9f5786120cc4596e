import type { Generated } from 'kysely'
import type { Carrier, Profile } from '@/lib/protocol/types'

/**
 * The tables. Columns are text and integer only, times are milliseconds, so that the same queries
 * run on SQLite and on PostgreSQL.
 */
export interface Tables {
  users: UsersTable
  sessions: SessionsTable
  notes: NotesTable
  replay_claims: ReplayClaimsTable
  events: EventsTable
}

export interface UsersTable {
  id: string
  /** As it was chosen; null for a guest. */
  username: string | null
  /** What uniqueness is judged by: NFKC, lower case. */
  username_key: string | null
  /** Who says who this is, and under which id: `github:1234`; null otherwise. */
  provider_key: Generated<string | null>
  password_hash: string | null
  created_at: number
  /** A guest goes then, with all that is the guest's; null for an account. */
  expires_at: number | null
}

export interface SessionsTable {
  sid: string
  user_id: string
  profile: Profile
  carrier: Carrier
  /** RFC 7638 thumbprint of the key. */
  jkt: string
  /** base64url of the raw point. */
  public_key: string
  /** SHA-256 of the cookie's value; null with the header carrier. */
  cookie_hash: string | null
  user_agent: string
  created_at: number
  last_seen_at: number
  expires_at: number
  revoked_at: number | null
}

export interface NotesTable {
  id: string
  user_id: string
  text: string
  created_at: number
}

export interface ReplayClaimsTable {
  id: string
  expires_at: number
}

export interface EventsTable {
  id: Generated<number>
  /** Where the event stands in the order of what happened; moves on when it is counted again. */
  seq: number
  user_id: string
  sid: string
  kind: 'refused' | 'signed-in' | 'signed-out'
  /** The refusal's code; empty for other kinds. */
  code: string
  /** Refusals of one session and code within one bucket are one row, counted. */
  bucket: string
  count: number
  first_at: number
  last_at: number
  address: string
  user_agent: string
  method: string
  path: string
}

/** Each runs once, in this order, forward only. Never edit one that has shipped: add another. */
export const MIGRATIONS: readonly string[] = [
  `
  create table users (
    id text primary key,
    username text,
    username_key text unique,
    password_hash text,
    created_at integer not null,
    expires_at integer
  );
  create index users_expires_at on users (expires_at);

  create table sessions (
    sid text primary key,
    user_id text not null references users (id) on delete cascade,
    profile integer not null,
    carrier text not null,
    jkt text not null,
    public_key text not null,
    cookie_hash text unique,
    user_agent text not null,
    created_at integer not null,
    last_seen_at integer not null,
    expires_at integer not null,
    revoked_at integer
  );
  create index sessions_user_id on sessions (user_id);
  create index sessions_expires_at on sessions (expires_at);

  create table notes (
    id text primary key,
    user_id text not null references users (id) on delete cascade,
    text text not null,
    created_at integer not null
  );
  create index notes_user_id on notes (user_id, created_at);

  create table replay_claims (
    id text primary key,
    expires_at integer not null
  );
  create index replay_claims_expires_at on replay_claims (expires_at);

  create table events (
    id integer primary key autoincrement,
    user_id text not null references users (id) on delete cascade,
    sid text not null,
    kind text not null,
    code text not null,
    bucket text not null,
    count integer not null,
    first_at integer not null,
    last_at integer not null,
    address text not null,
    user_agent text not null,
    method text not null,
    path text not null,
    unique (sid, kind, code, bucket)
  );
  create index events_user_id on events (user_id, id);
  create index events_last_at on events (last_at);
  `,
  `
  alter table users add column provider_key text;
  create unique index users_provider_key on users (provider_key);
  alter table events add column seq integer not null default 0;
  update events set seq = id;
  create index events_seq on events (seq);
  `,
]
