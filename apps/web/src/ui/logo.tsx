/** The mark: an f and an i that became one letter, the end of the hook being the dot. */
export function Mark({ size = 28 }: { readonly size?: number }) {
  return (
    <svg className="mark" viewBox="0 0 64 64" width={size} height={size} aria-hidden="true" focusable="false">
      <rect width="64" height="64" rx="15" />
      <path d="M24 51V26C24 17 29 12.5 36 12.5c4 0 6.5 1.5 8 3.5" />
      <path d="M16.5 27.5H43.5V51" />
      <path d="M19 51h10M38.5 51h10" />
      <circle cx="43.5" cy="17.5" r="4.2" />
    </svg>
  )
}
