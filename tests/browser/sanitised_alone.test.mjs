// the sanitised corpus in bare pages, no CSP, no sandbox. The sanitiser stands alone: nothing runs, nothing
// is asked for, no connection is opened, and Chromium builds the very tree that the sanitiser wrote.
//
//   node --test tests/browser/sanitised_alone.test.mjs
//
// Needs playwright-core beside this file, Chromium ($CHROMIUM or /usr/bin/chromium) and cargo.
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const listening = server => new Promise(done => server.listen(0, '127.0.0.1', () => done(server.address().port)))
const sleep = ms => new Promise(done => setTimeout(done, ms))

/** Serves `pages` (name → HTML) with no protection at all, and a picture for what came with a mail. */
function bare(pages) {
  return http.createServer((request, response) => {
    const name = request.url.slice(1)
    const found = pages.has(name)
    response.writeHead(found ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8' })
    response.end(found ? pages.get(name) : '')
  })
}

/** Opens each page, clicks and hovers everything in it; what ran and what was asked for. */
async function visit(browser, origin, pages, expectTree) {
  const seen = { ran: [], asked: [], differ: [] }
  const context = await browser.newContext()
  let now = ''
  context.on('request', request => {
    const url = request.url()
    if (/^(data|about|blob):/.test(url) || url === `${origin}/${now}` || url.startsWith(`${origin}/inline/`)) return
    if (url === `${origin}/favicon.ico`) return
    seen.asked.push(`${now}: ${url.slice(0, 120)}`)
  })
  let page
  const open = async () => {
    page = await context.newPage()
    page.on('dialog', async dialog => { seen.ran.push(`${now}: dialog`); await dialog.accept().catch(() => {}) })
  }
  await open()
  for (const [name, html] of pages) {
    now = name
    try {
      await page.goto(`${origin}/${name}`, { waitUntil: 'load', timeout: 10_000 })
      const poke = () => {
        for (const element of Document.prototype.querySelectorAll.call(document, 'body *')) {
          for (const type of ['mouseover', 'mouseenter', 'pointermove', 'focus', 'toggle', 'animationstart'])
            element.dispatchEvent(new MouseEvent(type, { bubbles: true }))
          // A link's own doing is to lead away: everything else about a click must do nothing.
          if (!element.closest('a[href]')) element.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))
        }
        return document.body.innerHTML
      }
      const tree = await page.evaluate(poke)
      await sleep(20)
      if (await page.evaluate(() => window.__pwned === 1)) seen.ran.push(`${now}: __pwned`)
      const written = html.slice(html.indexOf('>', html.indexOf('<body')) + 1, html.lastIndexOf('</body>'))
      // The line end after </html> belongs to the body for a parser.
      if (expectTree && tree.replace(/\n$/, '') !== written) seen.differ.push(now)
    } catch (error) {
      seen.asked.push(`${now}: left the page (${String(error).split('\n')[0]})`)
      await page.close().catch(() => {})
      await open()
    }
  }
  now = ''
  await sleep(300)
  await context.close()
  return seen
}

test('sanitised hostile mails run nothing and call nobody, without CSP or sandbox (X-07)', { timeout: 600_000 }, async () => {
  const connections = []
  const beacon = net.createServer(socket => {
    socket.once('data', data => connections.push(data.toString('latin1').split('\r\n')[0]))
    socket.on('error', () => {})
    connections.push('connect')
    setTimeout(() => socket.destroy(), 200)
  })
  const beaconPort = await listening(beacon)
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sanitised-'))
  execFileSync(process.env.CARGO || 'cargo', ['run', '--quiet', '--example', 'sanitised_corpus', '--', 'tests/corpus/xss', folder, `127.0.0.1:${beaconPort}`],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  const pages = new Map(fs.readdirSync(folder).sort().map(name => [name, fs.readFileSync(path.join(folder, name), 'utf8')]))
  assert.ok(pages.size > 140, `only ${pages.size} bodies`)

  const server = bare(pages)
  const origin = `http://127.0.0.1:${await listening(server)}`
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  })
  try {
    // The detector must see what it looks for, or the rest proves nothing.
    const armed = new Map([
      ['armed-run.html', '<!doctype html><body><img src=x onerror="window.__pwned=1"></body>'],
      ['armed-hover.html', '<!doctype html><body><p onmouseover="alert(window.__pwned=1)">x</p></body>'],
      ['armed-ask.html', `<!doctype html><body><img src="http://127.0.0.1:${beaconPort}/x"></body>`],
    ])
    const trap = bare(armed)
    const control = await visit(browser, `http://127.0.0.1:${await listening(trap)}`, armed, false)
    trap.close()
    assert.ok(control.ran.some(what => what.startsWith('armed-run')), 'the detector is blind to a script')
    assert.ok(control.ran.some(what => what.startsWith('armed-hover')), 'the detector is blind to a dialog')
    assert.ok(control.asked.some(what => what.startsWith('armed-ask')), 'the detector is blind to a request')
    assert.ok(connections.length > 0, 'the beacon is blind')
    connections.length = 0

    const seen = await visit(browser, origin, pages, true)
    assert.deepEqual(seen.ran, [])
    assert.deepEqual(seen.asked, [])
    assert.deepEqual(connections, [])
    assert.deepEqual(seen.differ, [], 'Chromium built another tree than was written (X-04)')
  } finally {
    await browser.close()
    server.close()
    beacon.close()
    fs.rmSync(folder, { recursive: true, force: true })
  }
})
