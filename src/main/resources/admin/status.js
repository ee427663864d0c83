// The status page: asks the API every second and a half and shows what it says. No library, no other host.

const EVERY = 1500;
const PATIENCE = 10000;
const SLOW = 15000;

const SEGMENTS = {
  delivery: ["GitHub tells us", "from GitHub's queue until its webhook came in"],
  queue: ['our queue', 'until a runner was wanted for it: limits, and our own decision'],
  pacing: ['pace and quota', 'until the runner had its turn'],
  mint: ['mint', 'until GitHub registered the runner'],
  create: ['create', 'until Modal had the sandbox'],
  boot: ['boot', 'until the runner was seen online, or had a job'],
  assignment: ['assignment', 'from online to a job; only where the runner was seen idle'],
  total: ['altogether', "from GitHub's queue to a running job"],
};
const WAITS = new Set(['waiting', 'queued', 'parked', 'blocked_upstream']);
const TONES = { success: 'good', failure: 'warn', refused: 'bad', dead: 'bad', parked: 'warn', blocked_upstream: 'bad' };

const $ = id => document.getElementById(id);
const SVG = 'http://www.w3.org/2000/svg';

// ---- small tools

function made(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.filter(child => child !== null && child !== undefined));
  return node;
}
const el = (name, attributes = {}, ...children) => made(document.createElement(name), attributes, children);
const svg = (name, attributes = {}, ...children) => made(document.createElementNS(SVG, name), attributes, children);
const say = (id, text) => { const node = $(id); if (node.textContent !== String(text)) node.textContent = text; };
const show = (id, shown) => { $(id).hidden = !shown; };
const words = text => String(text).replaceAll('_', ' ');
const number = n => new Intl.NumberFormat('en').format(n);
const clock = at => at ? new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(new Date(at)) : '';

/** A span of milliseconds as people say it. */
function span(ms) {
  if (ms === null || ms === undefined || Number.isNaN(ms)) return '–';
  const s = Math.max(0, ms) / 1000;
  if (s < 1) return Math.round(s * 1000) + ' ms';
  if (s < 10) return s.toFixed(1) + ' s';
  if (s < 60) return Math.round(s) + ' s';
  if (s < 3600) return Math.floor(s / 60) + ' min' + (s % 60 < 1 ? '' : ' ' + Math.floor(s % 60) + ' s');
  if (s < 172800) return Math.floor(s / 3600) + ' h ' + Math.floor(s % 3600 / 60) + ' min';
  return Math.floor(s / 86400) + ' days';
}
const between = (from, to) => from && to ? Date.parse(to) - Date.parse(from) : null;

/** Rows that keep their elements, so that a focus stays where it is: a cell is a text, or a node that is made once. */
function rows(id, items, keyOf, cellsOf, classes = []) {
  const body = $(id);
  const before = new Map([...body.children].map(tr => [tr.dataset.key, tr]));
  let place = body.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    const cells = cellsOf(item);
    let tr = before.get(key);
    before.delete(key);
    if (!tr) {
      tr = el('tr', { 'data-key': key }, ...cells.map((cell, i) => {
        const td = el('td');
        if (classes[i]) td.className = classes[i];
        if (typeof cell === 'function') td.append(cell());
        return td;
      }));
    }
    cells.forEach((cell, i) => {
      const td = tr.children[i];
      if (cell && cell.tag !== undefined) {
        if (td.textContent !== cell.tag || td.dataset.tone !== cell.tone) {
          td.dataset.tone = cell.tone;
          td.replaceChildren(el('span', { class: 'tag ' + cell.tone }, cell.tag));
        }
      } else if (typeof cell !== 'function' && td.textContent !== String(cell ?? '')) td.textContent = cell ?? '';
    });
    if (tr !== place) body.insertBefore(tr, place); else place = place.nextElementSibling;
  }
  before.forEach(tr => tr.remove());
  const table = body.closest('table');
  table.hidden = !items.length;
  if ($(id + '-none')) show(id + '-none', !items.length);
}
const tag = (text, tone = '') => ({ tag: words(text), tone });

// ---- the API

const token = {
  get: () => sessionStorage.getItem('token'),
  set: text => sessionStorage.setItem('token', text),
  drop: () => sessionStorage.removeItem('token'),
};

class Refused extends Error {
  constructor(status, message) { super(message); this.status = status; }
}

async function ask(path, document) {
  const headers = {};
  if (token.get()) headers.Authorization = 'Bearer ' + token.get();
  if (document) headers['Content-Type'] = 'application/json';
  const answer = await fetch(path, {
    method: document ? 'POST' : 'GET', headers, cache: 'no-store', credentials: 'omit',
    body: document ? JSON.stringify(document) : undefined, signal: AbortSignal.timeout(PATIENCE),
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, told.error?.message ?? told.reason ?? 'it answered ' + answer.status);
  return told;
}

// ---- charts

const HEAD = 118, TAIL = 124;

/** A figure in one colour must not be the only way to know it: every bar has its text, and there is a table. */
function drawSegments(segments) {
  const width = Math.max(320, $('segments').clientWidth), row = 27;
  const most = Math.max(1, ...segments.map(s => s.p95_ms ?? 0));
  const room = width - HEAD - TAIL;
  const x = ms => Math.max(2, room * ms / most);
  const picture = svg('svg', { viewBox: `0 0 ${width} ${row * segments.length + 8}`, height: row * segments.length + 8, role: 'img',
    'aria-label': 'Time to a runner: ' + segments.filter(s => s.runners).map(s => `${SEGMENTS[s.segment][0]} ${span(s.p50_ms)}, at most ${span(s.p95_ms)}`).join('; ') });
  segments.forEach((s, i) => {
    const last = s.segment === 'total', y = row * i + (last ? 8 : 0);
    const line = svg('g', {}, svg('title', {}, SEGMENTS[s.segment][1]));
    if (last) line.append(svg('line', { class: 'rule', x1: 0, x2: width, y1: y - 2, y2: y - 2 }));
    line.append(svg('text', { x: 0, y: y + 18 }, SEGMENTS[s.segment][0]));
    if (s.runners) {
      line.append(svg('rect', { class: 'f-weak', x: HEAD, y: y + 6, width: x(s.p95_ms), height: 15, rx: 3 }));
      line.append(svg('rect', { class: 'f-strong', x: HEAD, y: y + 6, width: x(s.p50_ms), height: 15, rx: 3 }));
      line.append(svg('text', { class: 'faint', x: HEAD + x(s.p95_ms) + 8, y: y + 18 }, `${span(s.p50_ms)} · ${span(s.p95_ms)}`));
    } else line.append(svg('text', { class: 'faint', x: HEAD, y: y + 18 }, 'not seen'));
    picture.append(line);
  });
  $('segments').replaceChildren(picture);
  rows('segment-rows', segments, s => s.segment, s => [SEGMENTS[s.segment][0], span(s.p50_ms), span(s.p95_ms), number(s.runners)], ['', 'n', 'n', 'n']);
}

function drawHours(hours) {
  const width = Math.max(320, $('hours').clientWidth), height = 200, foot = 22, left = 34;
  const most = 2 * Math.ceil(Math.max(2, ...hours.map(h => h.succeeded + h.failed + h.unserved)) / 2);
  const step = (width - left) / hours.length, tall = height - foot - 10;
  const name = hour => new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(hour));
  const sum = key => hours.reduce((all, h) => all + h[key], 0);
  const picture = svg('svg', { viewBox: `0 0 ${width} ${height}`, height, role: 'img',
    'aria-label': `Jobs of the last 24 hours: ${sum('succeeded')} succeeded, ${sum('failed')} failed, ${sum('unserved')} unserved` });
  for (const part of [0, 0.5, 1]) {
    const y = 10 + tall * (1 - part);
    picture.append(svg('line', { class: 'rule', x1: left, x2: width, y1: y, y2: y }));
    picture.append(svg('text', { class: 'faint', x: left - 6, y: y + 4, 'text-anchor': 'end' }, String(most * part)));
  }
  hours.forEach((h, i) => {
    let y = 10 + tall;
    const column = svg('g', {}, svg('title', {}, `${name(h.hour)}: ${h.succeeded} succeeded, ${h.failed} failed, ${h.unserved} unserved`));
    for (const [key, tone] of [['succeeded', 'f-good'], ['failed', 'f-warn'], ['unserved', 'f-bad']]) {
      const size = tall * h[key] / most;
      y -= size;
      if (size > 0) column.append(svg('rect', { class: tone, x: left + step * i + step * 0.14, y, width: step * 0.72, height: size, rx: 2 }));
    }
    if ((hours.length - 1 - i) % 6 === 0) column.append(svg('text', { class: 'faint', x: Math.min(width - 17, left + step * (i + 0.5)), y: height - 5, 'text-anchor': 'middle' }, name(h.hour)));
    picture.append(column);
  });
  $('hours').replaceChildren(picture);
  rows('hour-rows', [...hours].reverse().filter(h => h.succeeded + h.failed + h.unserved), h => h.hour, h => [name(h.hour), h.succeeded, h.failed, h.unserved], ['', 'n', 'n', 'n']);
}

function bars(id, items, keyOf, textOf, partOf, toneOf = () => 'f-strong') {
  const list = $(id);
  list.replaceChildren(...items.map(item => {
    const part = Math.max(0, Math.min(100, 100 * partOf(item)));
    return el('li', {}, el('div', { class: 'what' }, el('span', {}, keyOf(item)), el('span', {}, textOf(item))),
      svg('svg', { viewBox: '0 0 100 4', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
        svg('rect', { class: 'f-track', width: 100, height: 4 }), svg('rect', { class: toneOf(item), width: Math.max(part, part > 0 ? 0.5 : 0), height: 4 })));
  }));
  if ($(id + '-none')) show(id + '-none', !items.length);
}

// ---- the page

const jobButton = job => () => {
  const button = el('button', { type: 'button', class: 'link' }, job.name ?? String(job.job_id));
  button.setAttribute('aria-label', `${job.name ?? 'job'} ${job.job_id}: explain`);
  button.addEventListener('click', () => { location.hash = 'job=' + job.job_id; });
  return button;
};

function must(id, n) {
  say(id, number(n));
  $(id).parentElement.className = 'must ' + (n ? 'bad' : 'good');
}

function health(status) {
  const open = status.breakers.filter(b => b.state !== 'closed').map(b => b.name === 'github' ? 'GitHub' : 'the launcher');
  if (status.unserved) return ['bad', `${number(status.unserved)} ${status.unserved === 1 ? 'job waits' : 'jobs wait'} too long`];
  if (open.length) return ['warn', open.join(' and ') + ' does not answer well'];
  if (status.sandboxes_ownerless) return ['bad', `${number(status.sandboxes_ownerless)} sandboxes without owner`];
  if (status.dead_letters) return ['warn', `${number(status.dead_letters)} dead ${status.dead_letters === 1 ? 'letter' : 'letters'}`];
  return ['good', 'All is well'];
}

function showStatus(status) {
  const now = status.at;
  const count = (kind, ...states) => states.reduce((sum, state) => sum + (status[kind][state] ?? 0), 0);
  const [tone, sentence] = health(status);
  $('health').className = 'pill ' + tone;
  say('health', sentence);
  say('instance', status.instance);
  say('at', 'as of ' + clock(now));
  say('n-running', number(count('jobs', 'in_progress')));
  const waiting = count('jobs', ...WAITS);
  say('n-waiting', number(waiting));
  say('n-waiting-hint', count('jobs', 'parked') ? `${number(count('jobs', 'parked'))} of them parked, with a reason` : 'jobs without a runner');
  say('n-runners', number(status.runners_used));
  say('n-runners-hint', `of at most ${number(status.runners_limit)}`);
  must('n-unserved', status.unserved);
  say('n-unserved-hint', `queued over ${span(status.start_within_ms)}; must be 0`);
  must('n-ownerless', status.sandboxes_ownerless);
  must('n-letters', status.dead_letters);
  drawSegments(status.segments);
  drawHours(status.hours);

  const jobs = status.current;
  rows('waiting', jobs.filter(job => WAITS.has(job.state)), job => job.job_id, job => [jobButton(job), job.repository, job.labels.join(', '),
    tag(job.state, TONES[job.state]), span(between(job.queued_at, now)), job.reason?.message ?? 'A runner is on its way.'], ['', '', '', '', 'n', 'why']);
  rows('running', jobs.filter(job => job.state === 'in_progress'), job => job.job_id, job => [jobButton(job), job.repository, job.profile, job.runner,
    span(between(job.queued_at, job.started_at)), span(between(job.started_at, now))], ['', '', '', 'mono', 'n', 'n']);
  const ended = jobs.filter(job => !WAITS.has(job.state) && job.state !== 'in_progress').sort((a, b) => b.updated_at.localeCompare(a.updated_at));
  rows('ended', ended, job => job.job_id, job => [jobButton(job), job.repository, tag(job.conclusion ?? job.state, TONES[job.conclusion ?? job.state]),
    span(between(job.queued_at, job.started_at)), span(between(job.started_at, job.completed_at)), clock(job.updated_at)], ['', '', '', 'n', 'n', 'n']);

  const breakers = status.breakers.map(b => b.name + ' ' + b.state).join();
  if ($('breakers').dataset.shown !== breakers) {
    $('breakers').dataset.shown = breakers;
    $('breakers').replaceChildren(...status.breakers.map(b => el('div', {}, el('dt', {}, b.name === 'github' ? 'GitHub' : 'Launcher'),
      el('dd', {}, el('span', { class: 'tag ' + (b.state === 'closed' ? 'good' : 'bad') }, b.state === 'closed' ? 'answers' : 'calls are held back')))));
  }
  bars('limits', status.rate_limits, l => `${l.credential}, ${words(l.resource)}`, l => `${number(l.remaining)} of ${number(l.limit)} left, until ${clock(l.reset_at)}`,
    l => l.remaining / l.limit, l => l.remaining < l.limit / 10 ? 'f-bad' : 'f-strong');
}

function showLetters(answer, now) {
  const letters = answer.dead_letters.slice(0, 20);
  rows('letters', letters, letter => letter.id + ' ' + (letter.replayed_at ?? ''), letter => [letter.kind + ' ' + letter.subject, letter.cause, span(between(letter.parked_at, now)),
    letter.replayed_at ? 'at ' + clock(letter.replayed_at) : replayButton(letter)], ['mono', 'cause', 'n', '']);
}

const replayButton = letter => () => {
  const button = el('button', { type: 'button', 'aria-label': `Replay ${letter.kind} ${letter.subject}` }, 'Replay');
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      const answer = await ask(`/api/dead-letters/${encodeURIComponent(letter.id)}/replay`, {});
      button.replaceWith(el('span', { role: 'status', tabindex: '-1' }, words(answer.status)));
      tick();
    } catch (e) {
      button.disabled = false;
      trouble(e);
    }
  });
  return button;
};

function trouble(e) {
  if (e.status === 401) {
    show('door', true);
    show('content', false);
    say('health', 'A token is needed');
    $('health').className = 'pill warn';
    return;
  }
  say('trouble', e.name === 'TimeoutError' || e instanceof TypeError ? 'The gateway does not answer.' : 'The gateway says: ' + e.message);
  show('trouble', true);
  say('health', 'No answer');
  $('health').className = 'pill bad';
}

// ---- costs

let costsAt = 0;
async function showCosts() {
  costsAt = Date.now();
  const by = $('costs-by').value;
  const since = new Date(Date.now() - 86400000 * Number($('costs-since').value)).toISOString();
  try {
    const answer = await ask(`/api/costs?by=${by}&since=${encodeURIComponent(since)}`);
    const money = new Intl.NumberFormat('en', { style: 'currency', currency: answer.currency, maximumFractionDigits: 4 });
    const label = row => by === 'workflow' ? `${row.repository}, ${row.workflow ?? 'no job'}` : String(row[by] ?? '–');
    const list = answer.costs.filter(row => row.usd > 0).slice(0, 31);
    if (by === 'day') list.sort((a, b) => a.day.localeCompare(b.day));
    const most = Math.max(...list.map(row => row.usd));
    bars('costs', list, label, row => `${money.format(row.usd)}, ${number(row.jobs)} ${row.jobs === 1 ? 'job' : 'jobs'}`, row => row.usd / most);
    const unpriced = answer.costs.reduce((sum, row) => sum + row.unpriced, 0);
    say('costs-total', `Altogether ${money.format(answer.total_usd)}${unpriced ? `, and ${number(unpriced)} runners without a price` : ''}. Prices: ${answer.prices}`);
    bars('budgets', answer.budgets, budget => `Budget ${budget.name}`, budget => `${money.format(budget.spent_usd)} of ${money.format(budget.usd)}`,
      budget => budget.spent_usd / budget.usd, budget => ({ spent: 'f-bad', nearly_spent: 'f-warn' })[budget.state] ?? 'f-good');
    show('costs-card', true);
  } catch (e) {
    if (e.status === 404) costsAt = Infinity; // this gateway keeps no costs
    else if (e.status !== 401) throw e;
  }
}

// ---- labels

/** Whatever the answer holds, as pairs. */
function pairs(answer) {
  const list = el('dl', { class: 'told-pairs' });
  for (const [key, value] of Object.entries(answer)) {
    if (value === null || value === undefined || value === '' || Array.isArray(value) && !value.length) continue;
    const told = Array.isArray(value) ? value.join(String(value[0]).endsWith('.') ? ' ' : ', ') : value;
    list.append(el('dt', {}, words(key)), el('dd', {}, typeof told === 'object' ? told.message ?? pairs(told) : String(told)));
  }
  return list;
}

$('labels-form').addEventListener('submit', async event => {
  event.preventDefault();
  const labels = $('labels-labels').value.replace(/^\s*\[|\]\s*$/g, '').split(/[\s,]+/).filter(Boolean);
  const repository = $('labels-repository').value.trim();
  try {
    const answer = await ask('/api/labels/explain', repository ? { repository, labels } : { labels });
    $('labels-answer').replaceChildren(pairs(answer));
  } catch (e) {
    $('labels-answer').replaceChildren(el('p', { class: 'reason' }, e.status === 404 ? 'This gateway does not answer that.' : e.message));
  }
});

// ---- one job

const MARKS = { delivery: 'f-weak', intent: 'f-strong', minted: 'f-strong', launched: 'f-strong', taken: 'f-good', exited: 'f-good', gone: 'f-quiet', parked: 'f-warn' };
let openJob = null;

function drawLine(timeline) {
  const width = Math.max(300, $('job-line').clientWidth), from = Date.parse(timeline[0].at), to = Date.parse(timeline.at(-1).at);
  const x = at => 12 + (width - 24) * (to > from ? (Date.parse(at) - from) / (to - from) : 0);
  const picture = svg('svg', { viewBox: `0 0 ${width} 62`, height: 62, role: 'img', 'aria-label': `${timeline.length} events within ${span(to - from)}; the list below tells each` });
  picture.append(svg('rect', { class: 'f-track', x: 12, y: 26, width: width - 24, height: 4, rx: 2 }));
  timeline.slice(1).forEach((entry, i) => {
    const before = timeline[i], part = x(entry.at) - x(before.at);
    if (part > 54) picture.append(svg('text', { class: 'faint', x: (x(entry.at) + x(before.at)) / 2, y: 18, 'text-anchor': 'middle' }, span(between(before.at, entry.at))));
  });
  timeline.forEach(entry => picture.append(svg('circle', { class: MARKS[entry.what] ?? 'f-quiet', cx: x(entry.at), cy: 28, r: 7 }, svg('title', {}, entry.detail ?? entry.what))));
  picture.append(svg('text', { class: 'faint', x: 6, y: 56 }, clock(timeline[0].at)), svg('text', { class: 'faint', x: width - 6, y: 56, 'text-anchor': 'end' }, clock(timeline.at(-1).at)));
  $('job-line').replaceChildren(picture);
}

async function showJob() {
  const id = openJob;
  const job = await ask(`/api/jobs/${encodeURIComponent(id)}/explain`);
  if (id !== openJob) return;
  say('job-title', `${job.name ?? 'Job'} · ${words(job.state)}${job.conclusion ? ', ' + words(job.conclusion) : ''}`);
  say('job-where', [`job ${job.job_id}`, job.repository, job.workflow, job.profile && 'profile ' + job.profile, job.labels && 'labels ' + job.labels.join(', ')].filter(Boolean).join(' · '));
  show('job-reason', job.reason);
  if (job.reason) say('job-reason', job.reason.message);
  const shown = JSON.stringify([job.timeline, job.next]);
  if ($('job-timeline').dataset.shown !== shown) {
    $('job-timeline').dataset.shown = shown;
    const first = job.timeline[0]?.at;
    $('job-timeline').replaceChildren(...job.timeline.map(entry => el('li', { class: MARKS[entry.what] ?? 'f-quiet' },
      el('span', { class: 'when', title: new Date(entry.at).toLocaleString() }, entry.at === first ? clock(entry.at) : '+ ' + span(between(first, entry.at))),
      el('span', { class: 'told' }, entry.detail ?? words(entry.what)))));
    if (job.next) $('job-timeline').append(el('li', { class: 'next' }, el('span', { class: 'when' }, 'next'), el('span', { class: 'told' }, job.next.message + (job.next.at ? ` (${clock(job.next.at)})` : ''))));
    $('job-line').parentElement.hidden = job.timeline.length < 2;
    if (job.timeline.length > 1) drawLine(job.timeline);
  }
  rows('job-runners', job.runners, r => r.name, r => [r.name, tag(r.state), r.job_id ?? '', r.cause ?? ''], ['mono', '', 'mono', 'cause']);
}

async function follow() {
  const wanted = /^#job=(\d+)$/.exec(location.hash)?.[1] ?? null;
  openJob = wanted;
  if (!wanted) { if ($('job').open) $('job').close(); return; }
  try {
    if (!$('job').open) { $('job').showModal(); $('job-title').focus(); }
    await showJob();
  } catch (e) {
    say('job-title', e.status === 404 ? 'This job is not known here' : 'The job cannot be shown');
    if (e.status !== 404) trouble(e);
  }
}
$('job-close').addEventListener('click', () => $('job').close());
$('job').addEventListener('close', () => { openJob = null; if (location.hash.startsWith('#job=')) history.replaceState(null, '', location.pathname); });
addEventListener('hashchange', follow);

// ---- the beat

let timer = 0, paused = false, begun = false;

async function tick() {
  clearTimeout(timer);
  const mine = timer = setTimeout(() => {}, 0);
  try {
    const [status, letters] = await Promise.all([ask('/api/status'), ask('/api/dead-letters?limit=20')]);
    show('door', false); show('content', true); show('trouble', false);
    showStatus(status);
    showLetters(letters, status.at);
    if (!begun) { begun = true; await follow(); } else if (openJob) await showJob();
    if (Date.now() - costsAt > SLOW) await showCosts();
    document.body.dataset.read = status.at;
  } catch (e) { trouble(e); }
  if (mine === timer && !paused && !document.hidden) timer = setTimeout(tick, EVERY);
}

$('door-form').addEventListener('submit', event => {
  event.preventDefault();
  token.set($('token').value);
  $('token').value = '';
  tick();
});
$('pause').addEventListener('click', () => {
  paused = !paused;
  $('pause').setAttribute('aria-pressed', String(paused));
  say('pause', paused ? 'Go on' : 'Pause');
  if (!paused) tick();
});
$('costs-by').addEventListener('change', () => showCosts().catch(trouble));
$('costs-since').addEventListener('change', () => showCosts().catch(trouble));
document.addEventListener('visibilitychange', () => { if (!document.hidden && !paused) tick(); });
tick();
