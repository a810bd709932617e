/** The sign of pgRecall: two arrows that lead back, on the orange of flight recorders. */
export function Wordmark() {
  return (
    <span className="rec-wordmark">
      <svg viewBox="0 0 32 32" width="20" height="20" aria-hidden="true">
        <rect width="32" height="32" rx="7" fill="var(--signal)" />
        <path d="M16.5 9.2v13.6L7.6 16zM25.2 9.2v13.6L16.3 16z" fill="#fff" />
      </svg>
      <span>pgRecall</span>
    </span>
  );
}
