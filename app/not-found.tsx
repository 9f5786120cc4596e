import Link from 'next/link'

export default function NotFound() {
  return (
    <div className="grid max-w-prose gap-4">
      <h1 className="text-title font-medium">There is no such page</h1>
      <p>
        <Link href="/" className="text-accent underline">
          Back to the beginning
        </Link>
      </p>
    </div>
  )
}
