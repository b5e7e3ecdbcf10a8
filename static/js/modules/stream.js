// One stream of events for all tabs of a person in a browser: a browser opens six connections to a server and no more. A
// lock says which tab holds the stream; a channel carries what it hears to the others, and back what they show. Each
// opening tells the states that are shown, so nothing is missed and nothing comes twice. Where a browser has no locks
// or no channels, each tab holds a stream of its own.
export function stream({ url, name, page, hear }) {
  const TYPES = ['page', 'gone', 'trouble', 'fine', 'ended', 'bye', 'beat'];
  const SUBJECTS = 8; // the most that the server takes
  const SILENCE = 45_000; // it says something every 20 seconds
  const id = Math.random().toString(36).slice(2);
  const shared = Boolean(navigator.locks && window.BroadcastChannel);
  const tabs = new Map(); // what each tab shows, the one looked at last at the end; known to the holder
  let channel, leave, release, source, timer, watch;
  let joined = false, holding = false, over = false, tries = 0, covered = new Map(), due = Infinity, last;

  const seen = () => document.visibilityState === 'visible' && document.hasFocus();
  const me = () => ({ on: page.on, at: page.at, seen: seen() });
  const post = (message) => channel?.postMessage(message);
  const states = () => {
    const all = new Map();
    for (const { on, at } of [...tabs.values()].reverse()) {
      if (all.has(on)) all.set(on, all.get(on) === at ? at : ''); // two states of one thing: all of it, once
      else if (all.size < SUBJECTS) all.set(on, at);
    }
    return all;
  };
  const spread = (type, data) => {
    if (type !== 'page' && type !== 'gone') last = [type, data];
    if (type === 'page') {
      covered.set(data.on, data.at);
      for (const tab of tabs.values()) if (tab.on === data.on) tab.at = data.at;
    }
    post({ type, data });
    take(type, data);
  };
  const take = (type, data) => {
    hear(type, data);
    if (type === 'ended') over = true;
    if (over) part();
  };

  const close = () => {
    clearTimeout(timer);
    clearTimeout(watch);
    due = Infinity;
    source?.close();
    source = undefined;
  };
  const open = () => {
    close();
    tabs.set(id, me());
    covered = states();
    const asked = new URLSearchParams([...covered].flatMap(([on, at]) => [['on', on], ['at', at]]));
    source = new EventSource(`${url}?${asked}`);
    source.onopen = () => spread('open', { covered: [...covered.keys()] });
    source.onerror = () => lost();
    for (const type of TYPES) {
      source.addEventListener(type, ({ data }) => {
        tries = 0;
        alive();
        if (type === 'bye') again(1000 + Math.random() * 4000);
        else if (type !== 'beat') spread(type, JSON.parse(data));
      });
    }
    alive();
  };
  const alive = () => {
    clearTimeout(watch);
    watch = setTimeout(lost, SILENCE);
  };
  const lost = () => {
    spread('lost', {});
    again(Math.min(60, 2 ** tries++ * (1 + Math.random())) * 1000);
  };
  const again = (pause) => {
    close();
    soon(pause);
  };
  // Opens the stream again after a pause, in which more may change.
  const soon = (pause) => {
    if (!holding || over || performance.now() + pause >= due) return;
    clearTimeout(timer);
    due = performance.now() + pause;
    timer = setTimeout(open, pause);
  };
  // Somebody looks: no more waiting.
  const now = () => {
    if (!source) soon(0);
  };

  const hold = () => {
    holding = true;
    tabs.clear();
    tabs.set(id, me());
    post({ ask: true });
    soon(shared ? 50 : 0);
  };
  const heard = ({ data: message }) => {
    if (message.type) take(message.type, message.data);
    else if (message.ask) announce();
    else if (!holding) return;
    else if (message.left) {
      tabs.delete(message.left);
      // most often the next page is coming
      setTimeout(() => {
        const needed = states();
        if (source && [...covered.keys()].some((on) => !needed.has(on))) soon(0);
      }, 2000);
    } else {
      tabs.delete(message.id);
      tabs.set(message.id, message.tab);
      if (covered.get(message.tab.on) !== message.tab.at) soon(50);
      else if (last) post({ type: last[0], data: last[1] });
      if (message.tab.seen) now();
    }
  };
  const announce = () => {
    if (holding) {
      tabs.delete(id);
      tabs.set(id, me());
      if (!covered.has(page.on)) soon(50);
    }
    post({ id, tab: me() });
  };

  const join = () => {
    if (joined || over) return;
    joined = true;
    if (!shared) return hold();
    channel = new BroadcastChannel(name);
    channel.onmessage = heard;
    leave = new AbortController();
    const { signal } = leave;
    navigator.locks.request(name, { signal }, () => signal.aborted || new Promise((done) => {
      release = done;
      hold();
    })).catch(() => {});
    announce();
  };
  const part = () => {
    if (!joined) return;
    joined = holding = false;
    close();
    post({ left: id });
    channel?.close();
    channel = undefined;
    leave?.abort();
    release?.();
  };

  const looked = () => {
    if (!joined) return;
    announce();
    if (seen()) now();
  };
  addEventListener('pagehide', part);
  addEventListener('pageshow', join);
  addEventListener('online', () => soon(0));
  addEventListener('focus', looked);
  addEventListener('blur', looked);
  document.addEventListener('visibilitychange', looked);
  // pageshow comes after load: the stream is no part of the first visit, and no reason for a browser to go on loading
  if (document.readyState === 'complete') join();

  return { isTheOne: () => holding, isWatched: () => [...tabs.values()].some((tab) => tab.seen) };
}
