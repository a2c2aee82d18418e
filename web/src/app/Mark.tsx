/** The product's mark: a bridge. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="#0b6e80" />
      <path
        d="M5 22h22M8 22v-5M24 22v-5M5 17c7.5 0 7.5-7 11-7s3.5 7 11 7"
        fill="none"
        stroke="#fff"
        strokeWidth="2.4"
        strokeLinecap="round"
      />
    </svg>
  );
}
