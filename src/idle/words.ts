/** Minutes as people say them, rounded up so that nothing stops before it was said to. */
export function timeLeftInWords(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  return minutes <= 1 ? '1 min' : minutesInWords(minutes);
}

/** Time gone by, rounded down. */
export function agoInWords(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  return minutes < 1 ? 'just now' : `${minutesInWords(minutes)} ago`;
}

export function minutesInWords(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) {
    return `${rest} min`;
  }
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}
