import {
  askForDesktopNotices,
  canAskForDesktopNotices,
  showDesktopNotice
} from '../../../src/lab/idle-timer/desktop-notice';

/** What jsdom lacks: the browser's own notices. */
class Notices {
  static permission: NotificationPermission = 'default';
  static readonly shown: Notices[] = [];
  onclick: (() => void) | null = null;
  isClosed = false;

  static async requestPermission(): Promise<NotificationPermission> {
    Notices.permission = 'granted';
    return Notices.permission;
  }

  constructor(
    readonly title: string,
    readonly options: { readonly body: string; readonly tag: string }
  ) {
    Notices.shown.push(this);
  }

  close(): void {
    this.isClosed = true;
  }
}

beforeEach(() => {
  Notices.permission = 'default';
  Notices.shown.length = 0;
  Object.defineProperty(window, 'Notification', { value: Notices, configurable: true });
});

afterEach(() => {
  Reflect.deleteProperty(window, 'Notification');
});

test('without permission nothing is shown, and it can be asked for', () => {
  expect(canAskForDesktopNotices()).toBe(true);
  showDesktopNotice('soon', 'save', 'auto-stop')();
  expect(Notices.shown).toEqual([]);
});

test('with permission a notice is shown and can be closed', async () => {
  await askForDesktopNotices();
  expect(canAskForDesktopNotices()).toBe(false);
  const close = showDesktopNotice('soon', 'save', 'auto-stop');
  expect(Notices.shown).toMatchObject([{ title: 'soon', options: { body: 'save', tag: 'auto-stop' } }]);
  close();
  expect(Notices.shown[0]?.isClosed).toBe(true);
});

test('a click on the notice leads back to the page', async () => {
  await askForDesktopNotices();
  const focus = jest.spyOn(window, 'focus').mockReturnValue();
  showDesktopNotice('soon', 'save', 'auto-stop');
  Notices.shown[0]?.onclick?.();
  expect(focus).toHaveBeenCalledTimes(1);
  expect(Notices.shown[0]?.isClosed).toBe(true);
});

test('a person who has refused is not asked again', () => {
  Notices.permission = 'denied';
  expect(canAskForDesktopNotices()).toBe(false);
});

test('a browser without notices is no failure', () => {
  Reflect.deleteProperty(window, 'Notification');
  expect(canAskForDesktopNotices()).toBe(false);
  expect(() => showDesktopNotice('soon', 'save', 'auto-stop')()).not.toThrow();
});
