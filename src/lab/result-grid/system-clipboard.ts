/**
 * Puts a text on the system's clipboard once it is there; false if the browser did not let it. Called within the
 * key event that asks for it, since browsers forget such an event within seconds.
 */
export async function offerToClipboard(text: Promise<string>): Promise<boolean> {
  try {
    // Pages over plain HTTP have neither.
    if ('clipboard' in navigator && typeof ClipboardItem !== 'undefined') {
      const blob = text.then(content => new Blob([content], { type: 'text/plain' }));
      await navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })]);
      return true;
    }
    return copyNow(await text);
  } catch {
    return false;
  }
}

/** Answers the copy that it asks for itself. */
function copyNow(text: string): boolean {
  let isCopied = false;
  const answer = (event: ClipboardEvent) => {
    event.preventDefault();
    event.stopPropagation();
    event.clipboardData?.setData('text/plain', text);
    isCopied = event.clipboardData !== null;
  };
  window.addEventListener('copy', answer, true);
  try {
    document.execCommand('copy');
  } finally {
    window.removeEventListener('copy', answer, true);
  }
  return isCopied;
}
