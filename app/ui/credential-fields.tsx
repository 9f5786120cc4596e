import { Field } from './field'

/** Name and password, as the server takes them. */
export function CredentialFields({ isNew }: { isNew?: boolean }) {
  return (
    <>
      <Field name="username" label="Username" autoComplete="username" maxLength={64} required />
      <Field
        name="password"
        label="Password"
        type="password"
        autoComplete={isNew ? 'new-password' : 'current-password'}
        hint="8 characters or more"
        minLength={8}
        maxLength={256}
        required
      />
    </>
  )
}
