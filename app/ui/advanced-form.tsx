import type { SessionForm } from '@/lib/client/sign-in'

const FORMS: { name: string; hint: string; form: SessionForm }[] = [
  {
    name: 'Token in a header, whole request signed',
    hint: 'profile 2: method, address, body and challenge',
    form: {},
  },
  {
    name: 'HttpOnly cookie, whole request signed',
    hint: 'profile 2: script never sees what opens the session',
    form: { carrier: 'cookie' },
  },
  {
    name: 'Token in a header, token and time signed',
    hint: 'profile 1: as upstream session-lock; a captured proof can be used once, anywhere',
    form: { profile: 1 },
  },
]

/** Which form the session takes: for those who want to compare. */
export function AdvancedForm({
  form,
  onChange,
}: {
  form: SessionForm
  onChange: (form: SessionForm) => void
}) {
  return (
    <details className="w-full max-w-xl">
      <summary className="text-muted">Advanced</summary>
      <fieldset className="mt-3 grid gap-2">
        <legend className="mb-2 font-medium">What carries the session</legend>
        {FORMS.map((choice) => (
          <label key={choice.name} className="flex items-start gap-3">
            <input
              type="radio"
              name="form"
              className="mt-1.5 size-4 shrink-0 accent-accent"
              checked={form.carrier === choice.form.carrier && form.profile === choice.form.profile}
              onChange={() => onChange(choice.form)}
            />
            <span>
              {choice.name}
              <span className="block text-small text-muted">{choice.hint}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </details>
  )
}
