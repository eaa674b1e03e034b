import { Widget } from '@lumino/widgets';
import { ProfileChip } from '../../../src/lab/profiles/profile-chip';
import { ProfileSelect } from '../../../src/lab/profiles/profile-select';
import { profilesModel } from './sample-profiles';

const attached: Widget[] = [];
afterEach(() => attached.splice(0).forEach(widget => widget.dispose()));

function shown<W extends Widget>(widget: W): W {
  Widget.attach(widget, document.body);
  attached.push(widget);
  return widget;
}

describe('the choice in the sidebar', () => {
  test('uses what a person chooses, and is red for production', async () => {
    const profiles = await profilesModel();
    const select = shown(new ProfileSelect(profiles)).node.querySelector('select')!;
    expect([...select.options].map(({ value }) => value)).toEqual(['dev', 'prod']);
    select.value = 'prod';
    select.dispatchEvent(new Event('change'));
    expect(profiles.active?.name).toBe('prod');
    expect(select.parentElement!.classList).toContain('jp-mod-production');
    expect(select.title).toMatch(/prod is in production/);
  });

  test.each([
    ['the only one, unnamed', { name: 'default', production: false }, true],
    ['the only one, named', { name: 'staging', production: false }, false],
    ['the only one, in production', { name: 'default', production: true }, false]
  ])('%s: hidden is %s', async (_, profile, isHidden) => {
    expect(shown(new ProfileSelect(await profilesModel([profile]))).isHidden).toBe(isHidden);
  });
});

describe('the mark on a panel', () => {
  test('names the profile and keeps it when the sidebar uses another one', async () => {
    const profiles = await profilesModel();
    const chip = shown(new ProfileChip(profiles, 'prod', () => undefined));
    const button = chip.node.querySelector('button')!;
    expect(button.textContent).toBe('prod');
    expect(button.getAttribute('aria-label')).toBe('Runs on prod, which is in production');
    profiles.use('prod');
    profiles.use('dev');
    expect(button.textContent).toBe('prod');
    expect(chip.hasClass('jp-mod-production')).toBe(true);
  });

  test('opens the same query on another profile, said in words', async () => {
    const opened = jest.fn();
    const chip = shown(new ProfileChip(await profilesModel(), 'prod', opened));
    chip.node.querySelector('button')!.click();
    const menu = document.querySelector('.lm-Menu')!;
    expect(menu.textContent).toBe('Open this query on dev');
    for (const keyCode of [40, 13]) {
      menu.dispatchEvent(new KeyboardEvent('keydown', { keyCode, bubbles: true }));
    }
    expect(opened).toHaveBeenCalledWith('dev');
  });

  test('shows a profile that is configured no more', async () => {
    const chip = shown(new ProfileChip(await profilesModel(), 'gone', () => undefined));
    expect(chip.node.textContent).toBe('gone');
    expect(chip.isHidden).toBe(false);
  });
});
