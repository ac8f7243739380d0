import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/* That what the pages link to in this repository is there, down to the heading, and so are the files that they name. */

const OURS = /^https:\/\/(?:github\.com\/cdk-teardown\/cdk-teardown\/(?:blob|tree)|raw\.githubusercontent\.com\/cdk-teardown\/cdk-teardown)\/main\//;

const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\0')
  .filter((file) => file && existsSync(file));
const pages = tracked.filter((file) => file.endsWith('.md'));
const isThere = (path: string) => tracked.some((file) => file === path || file.startsWith(join(path, '/')));

/** Without code, in which brackets and hashes mean other things. */
const prose = (page: string) => readFileSync(page, 'utf8').replace(/^( *)```[^]*?^\1```/gm, '');

const linksOf = (page: string) => Array.from(prose(page).matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)$/gm), ([, inline, reference]) => inline ?? reference);

/** As GitHub names them, which numbers those of a page that are the same. */
function anchors(page: string): string[] {
  const slugs = Array.from(prose(page).matchAll(/^#+ (.+)$/gm), ([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
  return slugs.map((slug, n) => {
    const before = slugs.slice(0, n).filter((other) => other === slug).length;
    return before === 0 ? slug : `${slug}-${before}`;
  });
}

function brokenLinks(page: string): string[] {
  return linksOf(page).filter((link) => {
    if (/^[a-z]+:/.test(link) && !OURS.test(link)) return false;
    const [path, anchor] = link.replace(OURS, '').split('#');
    const to = OURS.test(link) ? path : path === '' ? page : join(page, '..', path);
    return !isThere(to) || (anchor !== undefined && !anchors(to).includes(anchor));
  });
}

test.each(pages)('%s links to nothing that is not there', (page) => {
  expect(brokenLinks(page)).toEqual([]);
});

test('the README links to whole addresses, because it is shown where nothing else of the repository is', () => {
  expect(linksOf('README.md').filter((link) => !link.startsWith('https://'))).toEqual([]);
});

describe('a file that is named', () => {
  // What the build makes is in the package, and not in the repository.
  const all = [...tracked, ...readdirSync('bundles', { recursive: true, encoding: 'utf8' }).map((file) => join('bundles', file))];
  const WRITTEN_BY_RUNS = 'bench/results/<name>.json';
  const folders = new Set(all.filter((file) => file.includes('/')).map((file) => file.split('/')[0]));

  test.each(pages)('in %s is there', (page) => {
    const named = Array.from(prose(page).matchAll(/`((?:[\w.-]+\/)+[\w./<>-]*)`/g), ([, path]) => path).filter((path) => folders.has(path.split('/')[0]));
    const missing = named.filter((path) => {
      if (path === WRITTEN_BY_RUNS) return false;
      const pattern = path.replace(/\/$/, '').replace(/\./g, '\\.').replace(/<\w+>/g, '[^/]+');
      return !all.some((file) => new RegExp(`^${pattern}(/|$)`).test(file));
    });
    expect(missing).toEqual([]);
  });
});
