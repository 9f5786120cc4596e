/** What it takes for a browser to speak DBSC here. */
export function Flags({ isHttps }: { isHttps: boolean }) {
  return (
    <details className="border-t border-line pt-4">
      <summary className="font-medium">What a browser needs to speak it</summary>
      <div className="mt-3 grid gap-3 text-muted">
        <ul className="grid max-w-prose list-disc gap-1 pl-5">
          <li>
            A Chrome or Chromium that has it. Others let the offer pass, and so does Chrome without
            a TPM or a Secure Enclave.
          </li>
          <li>
            https with a certificate that it trusts. Over plain http, and where certificate errors
            are ignored wholesale, it lets the offer pass without a word.{' '}
            {!isHttps && (
              <>
                This server speaks plain http; <code className="font-mono">npm run demo:https</code>{' '}
                starts one that does not, and prints the command below with its certificate.
              </>
            )}
          </li>
          <li>
            Without a TPM, and for trying out only: a flag that takes software keys, and one that
            does not count how often they sign.
          </li>
        </ul>
        <pre
          tabIndex={0}
          aria-label="Flags"
          className="overflow-x-auto border border-line bg-raised p-4 font-mono text-small"
        >
          {FLAGS}
        </pre>
        <p className="max-w-prose">
          A software key lies in the profile on disk: it shows how the protocol goes, and protects
          from nobody who can read that disk.
        </p>
      </div>
    </details>
  )
}

const FLAGS = `--user-data-dir=<a profile of its own>
--enable-features=DeviceBoundSessions:RefreshQuota/false,EnableBoundSessionCredentialsSoftwareKeysForManualTesting
--ignore-certificate-errors-spki-list=<hash of the certificate's key>`
