// The hostile mails of tests/corpus/xss in Chromium. In the application, frame and all: nothing runs, nothing is asked
// for, nobody is led away, and what is harmless in a mail is there to be read. And raw, with nothing but the
// frame's own headers: they must hold alone.
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import path from 'node:path'
import { letter } from './letters.mjs'
import { freePort, root, setUp, until } from './stage.mjs'

const corpus = path.join(root, 'tests/corpus/xss')
const mails = JSON.parse(fs.readFileSync(path.join(corpus, 'manifest.json')))

let stage
before(async () => { stage = await setUp() })
after(() => stage?.close())

/** Whoever connects is remembered; the mails of the corpus call 127.0.0.1:9, and are made to call here. */
async function beacon() {
  const calls = []
  const server = net.createServer(socket => {
    calls.push('connect')
    socket.once('data', data => calls.push(data.toString('latin1').split('\r\n')[0]))
    socket.on('error', () => {})
    socket.setTimeout(200, () => socket.destroy())
  })
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  return { calls, address: `127.0.0.1:${server.address().port}`, close: () => server.close() }
}

/** Opens pages, and remembers what ran, what was asked for and who left. */
class Watch {
  ran = []
  asked = []
  left = []

  static async over(page, allowed) {
    const watch = new Watch()
    watch.page = page
    watch.now = ''
    watch.context = page.context()
    watch.cdp = await watch.context.newCDPSession(page)
    await watch.cdp.send('Network.enable')
    const asked = new Map()
    watch.cdp.on('Network.requestWillBeSent', ({ requestId, request }) => {
      if (!/^(data|blob|about|cid):/.test(request.url) && !request.url.startsWith(allowed)) asked.set(requestId, `${watch.now}: ${request.url.slice(0, 120)}`)
    })
    // What the browser refuses, by our policy or because a filter must be of the same origin, never leaves it.
    watch.cdp.on('Network.loadingFailed', ({ requestId, blockedReason }) => { if (['csp', 'origin'].includes(blockedReason)) asked.delete(requestId) })
    watch.outside = () => [...asked.values()]
    page.on('dialog', async dialog => {
      // our composer asks before somebody leaves it; no mail can
      if (dialog.type() !== 'beforeunload') watch.ran.push(`${watch.now}: dialog`)
      await dialog.accept().catch(() => {})
    })
    watch.context.on('page', async popup => {
      if (await popup.opener() === page) { watch.left.push(`${watch.now}: popup`); await popup.close() }
    })
    return watch
  }

  async open(name, url) {
    this.now = name
    await this.page.goto(url, { waitUntil: 'load' })
    if (await this.value('window.__pwned')) this.ran.push(name)
    if (this.page.url() !== url) this.left.push(`${name}: ${this.page.url()}`)
  }

  /** What an expression is in the page; nothing, where the page is sandboxed so that no script has a place to run in. */
  async value(expression) {
    const answer = await this.cdp.send('Runtime.evaluate', { expression, returnByValue: true }).catch(() => null)
    return answer?.result?.value
  }

  /** All text that is laid out, of all frames, without a script. */
  async text() {
    const { documents, strings } = await this.cdp.send('DOMSnapshot.captureSnapshot', { computedStyles: [] })
    return documents.flatMap(one => one.layout.text.filter(at => at >= 0).map(at => strings[at])).join('\n')
  }
}

test('hostile mails run nothing and call nobody in the application (X-01, X-02, X-03)', { timeout: 600_000 }, async t => {
  const tap = await beacon()
  t.after(tap.close)
  const who = await stage.person()
  await who.other.create('Hostile')
  const uids = new Map()
  for (const mail of mails) {
    const raw = fs.readFileSync(path.join(corpus, mail.file)).toString('latin1').replaceAll('127.0.0.1:9/', `${tap.address}/`)
    uids.set(mail.id, await who.other.append('Hostile', Buffer.from(raw, 'latin1')))
  }
  await who.other.look('Hostile')
  const first = await stage.signedIn(who)
  const context = first.context()
  const address = mail => `${stage.base}/message/Hostile/${who.other.uidValidity}/${uids.get(mail.id)}`
  const watches = [], unseen = []
  const queue = [...mails]
  let shown = 0, quoted = 0

  // Clicks and pointers for everything inside a mail, from outside: a link may lead away, nothing else may do anything.
  const poke = () => {
    const query = (where, css) => Document.prototype.querySelectorAll.call(where, css)
    const frames = [...query(document, '.message__frame iframe')].map(frame => frame.contentDocument)
    const inside = [...query(document, '.message__body *, .message__head *, .compose__rich *'), ...frames.flatMap(frame => [...query(frame, 'body *')])]
    for (const one of inside.slice(0, 400)) {
      for (const type of ['mouseover', 'mouseenter', 'pointermove', 'focus', 'toggle', 'animationstart']) one.dispatchEvent(new MouseEvent(type, { bubbles: true }))
      if (!one.closest('a, button, summary, form')) one.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))
    }
  }
  const pwned = 'window.__pwned || [...Document.prototype.querySelectorAll.call(document, "iframe")].some(one => one.contentWindow.__pwned)'
  const settled = `[...Document.prototype.querySelectorAll.call(document, ".message__frame iframe")].every(one => one.contentDocument && one.contentDocument.readyState === "complete")`

  async function work() {
    const watch = await Watch.over(await context.newPage(), stage.base)
    watches.push(watch)
    for (let mail; (mail = queue.shift());) {
      await watch.open(mail.id, address(mail))
      await until(`the frame of ${mail.id}`, () => watch.value(settled))
      if (mail.marker && !(await watch.text()).includes(mail.marker)) unseen.push(mail.id)
      await watch.page.evaluate(poke)
      if (await watch.value(pwned)) watch.ran.push(`${mail.id}: when touched`)
      if (watch.page.url() !== address(mail)) watch.left.push(mail.id)
      // Once more, with its remote pictures shown: they come by way of us, and we ask nobody in here (P-02).
      const show = watch.page.getByRole('button', { name: 'Show once', exact: true })
      if (await show.count()) {
        shown++
        watch.now = `${mail.id} shown`
        await Promise.all([watch.page.waitForURL(/[?]show=/), show.click()])
        await until(`the frame of ${mail.id} with its pictures`, () => watch.value(settled))
        if (await watch.value(pwned)) watch.ran.push(watch.now)
        await watch.page.evaluate(poke)
        if (await watch.value(pwned)) watch.ran.push(`${watch.now}: when touched`)
      }
      await watch.open(`${mail.id} alone`, `${address(mail)}/body`)
      // Answered, as text and with its looks: what is quoted runs nothing, asks nobody, and no style sheet comes along.
      const original = encodeURIComponent(`Hostile/${who.other.uidValidity}/${uids.get(mail.id)}`)
      await watch.open(`${mail.id} answered`, `${stage.base}/compose?reply=${original}&id=${mail.id}%40hostile.example`)
      await until(`the editor of ${mail.id}`, () => watch.value('document.querySelector(".compose__tools:not([hidden])") !== null'))
      if (await watch.value('document.querySelector(".compose__rich:not([hidden])") !== null')) quoted++
      // by a script: whoever really pressed something is asked before they leave
      else await watch.page.evaluate(() => document.querySelector('input[name=format][value=rich]').click())
      const strange = '.compose__rich :is(style, link, script, iframe, object, embed, form, svg, math, meta, base, img[src]:not([src^="data:"]))'
      if (await watch.value(`document.querySelectorAll('${strange}').length`)) watch.ran.push(`${watch.now}: strange markup`)
      await watch.page.evaluate(poke)
      if (await watch.value('window.__pwned')) watch.ran.push(`${watch.now}: when touched`)
    }
  }
  await Promise.all([1, 2, 3].map(work))
  const list = await Watch.over(first, stage.base)
  watches.push(list)
  for (let page = 1; page <= Math.ceil(mails.length / 50); page++) await list.open(`page ${page}`, `${stage.base}/mailbox/Hostile?page=${page}`)
  await context.close()

  assert.ok(shown > 5, `only ${shown} mails had pictures to show`)
  assert.ok(quoted > 50, `only ${quoted} mails were quoted with their looks`)
  assert.deepEqual(watches.flatMap(watch => watch.ran), [], 'something ran (X-01)')
  assert.deepEqual(watches.flatMap(watch => watch.outside()), [], 'something was asked for (X-02)')
  assert.deepEqual(tap.calls, [], 'somebody was called (X-02)')
  assert.deepEqual(watches.flatMap(watch => watch.left), [], 'a page led away')
  assert.deepEqual(unseen, [], 'the harmless part is not shown (X-03)')
})

test('every other view of a hostile mail holds no markup of it that could run or call (X-01, X-02, X-10)', { timeout: 600_000 }, async t => {
  // As the server sends them, by the dozen in one document without any policy: what got into one of them as markup would run here.
  const tap = await beacon()
  t.after(tap.close)
  const who = await stage.person()
  for (const name of ['Hostile', 'Together', 'Drafts']) await who.other.create(name).catch(() => {})
  const uids = new Map()
  const raws = mails.map(mail => fs.readFileSync(path.join(corpus, mail.file)).toString('latin1').replaceAll('127.0.0.1:9/', `${tap.address}/`))
  const put = async (mailbox, above = () => '') => {
    const found = []
    for (const [at, raw] of raws.entries()) found.push(await who.other.append(mailbox, Buffer.from(above(at) + raw, 'latin1')))
    await who.other.look(mailbox)
    uids.set(mailbox, { found, uidValidity: who.other.uidValidity })
  }
  await put('Hostile')
  await put('Drafts')
  // forty of them are one conversation
  await put('Together', at => `References: <together-${Math.floor(at / 40)}@hostile.example>\r\n`)
  const first = await stage.signedIn(who)
  const { request } = first
  const at = (mailbox, mail) => `${mailbox}/${uids.get(mailbox).uidValidity}/${uids.get(mailbox).found[mail]}`
  const of = mail => `${stage.base}/message/${at('Hostile', mail)}`

  const views = []
  for (const [number, mail] of mails.entries()) {
    const original = encodeURIComponent(at('Hostile', number))
    for (const view of ['?view=text', '/source', '/headers', '/print']) views.push([`${mail.id} ${view}`, of(number) + view])
    views.push([`${mail.id} passed on`, `${stage.base}/compose?forward=${original}&id=${mail.id}%40forward.example`])
    views.push([`${mail.id} written on`, `${stage.base}/compose?edit=${encodeURIComponent(at('Drafts', number))}&id=${mail.id}%40edit.example`])
    if (number % 40 === 0) views.push([`conversation of ${mail.id}`, `${stage.base}/message/${at('Together', number)}/conversation`])
  }
  for (const words of ['a', 'alert', 'script']) views.push([`hits for ${words}`, `${stage.base}/mailbox/Hostile?q=${words}`])

  const documents = [], refused = []
  const queue = [...views]
  await Promise.all([1, 2, 3, 4].map(async () => {
    for (let view; (view = queue.shift());) {
      const [name, url] = view
      const answer = await request.get(url)
      const text = await answer.text()
      if (answer.status() !== 200) refused.push(`${name}: ${answer.status()}`)
      documents.push({ name, text })
      // files that are shown in a page of their own
      if (name.endsWith('?view=text')) for (const [, link] of text.matchAll(/href="([^"]+\/view\/[^"]+)"/g)) queue.push([`${name} ${link}`, stage.origin + link])
    }
  }))
  assert.deepEqual(refused, [], 'a view could not be had')
  assert.ok(documents.some(one => one.name.includes('/view/')), 'no file was looked at')

  const context = (await stage.visitor()).context()
  const watch = await Watch.over(await context.newPage(), stage.base)
  // The watch must see what it looks for.
  await watch.page.setContent(`<iframe srcdoc="<script>window.__pwned = 1</script><img src='http://${tap.address}/seen'>"></iframe>`, { waitUntil: 'load' })
  assert.ok(await watch.page.evaluate(() => document.querySelector('iframe').contentWindow.__pwned), 'the watch is blind to scripts')
  assert.ok(watch.outside().length === 1 && tap.calls.length > 0, 'the watch is blind to calls')
  const seen = tap.calls.length
  const marked = []
  for (let from = 0; from < documents.length; from += 24) {
    const some = documents.slice(from, from + 24)
    watch.now = some.map(one => one.name).join(', ')
    // our own scripts and styles have no place to come from; what stands in quotes in srcdoc is all there is to escape
    const escaped = text => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
    await watch.page.setContent(some.map(one => `<iframe srcdoc="${escaped(one.text)}"></iframe>`).join(''), { waitUntil: 'load' })
    const found = await watch.page.evaluate(() => [...Document.prototype.querySelectorAll.call(document, 'iframe')].map(frame => {
      const all = [...Document.prototype.querySelectorAll.call(frame.contentDocument, '*')]
      const bad = one => [...one.attributes].some(({ name, value }) => /^on/i.test(name) || (/^(href|src|action|formaction|data|xlink:href)$/i.test(name) && /^[\s\0-\x20]*(javascript|vbscript):/i.test(value)))
      // what our own pages never have, but in their sheet for paper: a style
      const strange = all.filter(one => /^(object|embed|applet|base|frame|frameset|portal)$/i.test(one.localName) || (one.localName === 'script' && !one.src) || bad(one))
      for (const one of all.slice(0, 2000)) for (const type of ['mouseover', 'focus', 'toggle', 'animationstart']) one.dispatchEvent(new Event(type, { bubbles: true }))
      return { elements: all.length, ran: Boolean(frame.contentWindow.__pwned), strange: strange.map(one => one.outerHTML.slice(0, 120)) }
    }))
    found.forEach((one, index) => {
      if (one.ran) watch.ran.push(some[index].name)
      if (one.strange.length || one.elements < 5) marked.push(`${some[index].name}: ${one.strange[0] ?? 'empty'}`)
    })
  }
  t.diagnostic(`${documents.length} views`)
  await context.close()
  await first.context().close()
  assert.deepEqual(watch.ran, [], 'something ran (X-01)')
  assert.deepEqual(marked, [], 'markup that no page of ours has (X-10)')
  assert.deepEqual(watch.outside().slice(1), [], 'something was asked for (X-02)')
  assert.deepEqual(tap.calls.slice(seen), [], 'somebody was called (X-02)')
  assert.deepEqual(watch.left, [], 'a page led away')
})

test("the frame's headers alone let nothing of a raw mail run or call (X-06)", { timeout: 600_000 }, async t => {
  // The very headers that the application sends with a frame.
  const who = await stage.person({ mails: [letter('Any')] })
  const [{ uid }] = await who.other.look('INBOX')
  const page = await stage.signedIn(who)
  const answer = await page.request.get(`${stage.base}/message/INBOX/${who.other.uidValidity}/${uid}/body`)
  const policy = answer.headers()['content-security-policy']
  assert.match(policy, /default-src 'none'.*sandbox/)
  assert.doesNotMatch(policy, /allow-(scripts|forms|top-navigation|modals)/)
  await page.context().close()

  const tap = await beacon()
  t.after(tap.close)
  const folder = path.join(stage.folder, 'raw')
  execFileSync(process.env.CARGO || 'cargo', ['run', '--quiet', '--locked', '--example', 'sanitised_corpus', '--', '--raw', corpus, folder, tap.address],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  const bodies = new Map(fs.readdirSync(folder).sort().map(name => [name, fs.readFileSync(path.join(folder, name))]))
  assert.ok(bodies.size > 140, `only ${bodies.size} bodies`)
  // Each calls a place of its own, so that it is known who did.
  const taps = new Map()
  for (const [name, body] of bodies) {
    const own = await beacon()
    t.after(own.close)
    taps.set(name, own)
    bodies.set(name, Buffer.from(body.toString('latin1').replaceAll(tap.address, own.address), 'latin1'))
  }
  const all = () => [tap, ...taps.values()].flatMap(one => one.calls)

  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const server = http.createServer((request, response) => {
    const [, kind, name] = request.url.split('/')
    const headers = { 'Content-Type': 'text/html; charset=utf-8' }
    if (kind === 'framed') headers['Content-Security-Policy'] = policy.replaceAll(stage.origin, origin)
    if (kind === 'around') response.writeHead(200, headers).end(`<iframe src="/framed/${name}" sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"></iframe>`)
    else response.writeHead(bodies.has(name) ? 200 : 404, headers).end(bodies.get(name) ?? '')
  })
  await new Promise(done => server.listen(port, '127.0.0.1', done))
  // Chromium opens connections ahead to where it has been: whoever was there is another browser.
  const unprotected = (await stage.visitor()).context()
  const context = (await stage.visitor()).context()
  try {
    // The watch must see what it looks for: the same mails with no header do run, and do call.
    const bare = await Watch.over(await unprotected.newPage(), origin)
    for (const name of [...bodies.keys()].filter(name => /^(basic|event|tracker)/.test(name)).slice(0, 40)) {
      await bare.open(name, `${origin}/bare/${name}`).catch(() => {})
    }
    assert.ok(bare.ran.length > 3, 'the watch is blind to scripts')
    await until('the watch sees calls', () => bare.outside().length > 3 && all().length > 3)
    await unprotected.close()
    for (const one of [tap, ...taps.values()]) one.calls.length = 0

    const queue = [...bodies.keys()]
    const watches = await Promise.all([1, 2, 3].map(async () => {
      const watch = await Watch.over(await context.newPage(), origin)
      for (let name; (name = queue.shift());) {
        await watch.open(name, `${origin}/around/${name}`)
        await watch.page.mouse.move(40, 40)
        await watch.page.mouse.move(120, 90)
        const inside = 'document.querySelector("iframe").contentWindow.__pwned'
        if (await watch.value(inside)) watch.ran.push(`${name}: in the frame`)
      }
      return watch
    }))
    assert.deepEqual(watches.flatMap(watch => watch.ran), [])
    assert.deepEqual(watches.flatMap(watch => watch.outside()), [])
    assert.deepEqual(watches.flatMap(watch => watch.left), [])
    // No policy of a page keeps Chromium from opening a connection ahead; but nobody may speak on it. These are the sanitiser's to stop.
    const ahead = [...taps].filter(([, own]) => own.calls.includes('connect')).map(([name]) => name)
    t.diagnostic(`opened ahead, and nothing said: ${ahead.join(', ') || 'none'}`)
    assert.deepEqual(all().filter(call => call !== 'connect'), [])
  } finally {
    await context.close()
    server.close()
  }
})
