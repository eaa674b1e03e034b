/** Warnings that the browser shows outside its window, once a person has allowed them. */
export const canAskForDesktopNotices = (): boolean =>
  'Notification' in window && window.Notification.permission === 'default';

/** To be called on a person's click, since browsers refuse to ask otherwise. */
export async function askForDesktopNotices(): Promise<void> {
  await window.Notification.requestPermission();
}

/** Returns what closes it. Tabs of one browser that use the same `tag` show one notice together. */
export function showDesktopNotice(title: string, body: string, tag: string): () => void {
  if (!('Notification' in window) || window.Notification.permission !== 'granted') {
    return () => undefined;
  }
  const notice = new window.Notification(title, { body, tag });
  notice.onclick = () => {
    window.focus();
    notice.close();
  };
  return () => notice.close();
}
