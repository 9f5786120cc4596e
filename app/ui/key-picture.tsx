/** A key's thumbprint as a small picture, so that two keys are told apart at a glance. */
export function KeyPicture({ jkt }: { jkt: string }) {
  const bits = [...jkt].map((letter) => letter.charCodeAt(0) % 2 === 1)
  const cells = Array.from({ length: 25 }, (_, i) => {
    const [row, column] = [Math.floor(i / 5), i % 5]
    // Mirrored left and right: eyes remember symmetry.
    return { row, column, isOn: bits[row * 3 + Math.min(column, 4 - column)] }
  })
  return (
    <svg
      viewBox="0 0 5 5"
      className="size-10 shrink-0 text-ink"
      role="img"
      aria-label={`Key ${jkt.slice(0, 8)}`}
    >
      {cells.map(({ row, column, isOn }) =>
        isOn ? (
          <rect
            key={`${row}${column}`}
            x={column}
            y={row}
            width="1"
            height="1"
            fill="currentColor"
          />
        ) : null,
      )}
    </svg>
  )
}
