// The main job in Chromium, with and without scripts, on a desk and on a phone; axe finds nothing; our own policy is
// never violated (H-02, H-03).
//
//   cargo build && node --test tests/browser/pages.test.mjs
//
// Needs the packages of this folder, Chromium ($CHROMIUM or /usr/bin/chromium) and dev/mailserver; FERNPOST_TEST_MAIL
// names a mail server that is running already.
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const dev = (program, ...args) => execFileSync(path.join(root, 'dev', program), args, { stdio: 'pipe' })
const password = 'browser test'
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fernpost-pages-'))
const mail = process.env.FERNPOST_TEST_MAIL || path.join(folder, 'mail')
let browser, server, base, env, people = 0

const freePort = () => new Promise(done => {
  const probe = net.createServer().listen(0, '127.0.0.1', () => { const { port } = probe.address(); probe.close(() => done(port)) })
})

before(async () => {
  fs.chmodSync(folder, 0o755)
  if (!process.env.FERNPOST_TEST_MAIL) dev('mailserver', 'start', mail)
  env = Object.fromEntries(fs.readFileSync(path.join(mail, 'env'), 'utf8').split('\n').filter(Boolean).map(line => {
    const at = line.indexOf('=')
    return [line.slice(0, at), line.slice(at + 1).replace(/^'|'$/g, '')]
  }))
  const port = await freePort()
  base = `http://127.0.0.1:${port}/webmail/`
  fs.writeFileSync(path.join(folder, 'fernpost.toml'), `
listen = "127.0.0.1:${port}"
base_path = "/webmail"
public_url = "http://127.0.0.1:${port}"
database_url = "sqlite:${folder}/fernpost.db"
secret_file = "${folder}/fernpost.secret"
[imap]
host = "127.0.0.1"
port = ${env.IMAPS_PORT}
tls = "implicit"
ca_file = "${env.CA_FILE}"
`)
  server = spawn(path.join(root, 'target/debug/fernpost'), ['serve', '--config', path.join(folder, 'fernpost.toml')], { stdio: 'ignore' })
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] })
  for (let tries = 0; ; tries++) {
    try { await fetch(`${base}login`); break } catch (error) { if (tries > 100) throw error }
    await new Promise(done => setTimeout(done, 100))
  }
})

after(async () => {
  await browser?.close()
  server?.kill('SIGTERM')
  if (!process.env.FERNPOST_TEST_MAIL) dev('mailserver', 'remove', mail)
  fs.rmSync(folder, { recursive: true, force: true })
})

/** A person with the sample mail, nobody else's, signed in, in a browser like this. */
async function person({ script, width, scheme = 'light' }) {
  const user = `page${process.pid}x${people++}@${env.DOMAIN}`
  dev('mailserver', 'adduser', mail, user, password)
  dev('samplemail', path.join(env.MAIL_DIR, user), '--address', user)
  const phone = width < 600
  const context = await browser.newContext({
    viewport: { width, height: 900 }, javaScriptEnabled: script, hasTouch: phone, isMobile: phone,
    colorScheme: scheme, locale: 'en-GB', timezoneId: 'Europe/Berlin',
  })
  const page = await context.newPage()
  const wrong = []
  page.on('console', message => { if (message.type() === 'error') wrong.push(message.text()) })
  page.on('pageerror', error => wrong.push(String(error)))
  await page.goto(base)
  await page.getByLabel('Mail address').fill(user)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForSelector('.message-row')
  return { page, wrong, context }
}

async function audit(page, what, script = true) {
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, `${what} scrolls sideways`)
  if (!script) return      // axe is a script itself; the pages are the same
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => {
    // what a stranger wrote is not ours to judge
    const exclude = ['.message__frame', '.message__body'].filter(css => document.querySelector(css)).map(css => [css])
    return axe.run({ exclude }, {
      resultTypes: ['violations'], iframes: false,
      runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
    })
  })
  assert.deepEqual(violations.map(one => `${one.id}: ${one.nodes.map(node => node.target).join(' ')}`), [], what)
}

for (const script of [true, false]) {
  for (const width of [1440, 390]) {
    test(`mail is read and filed ${script ? 'with' : 'without'} scripts at ${width} px`, async () => {
      const { page, wrong, context } = await person({ script, width })
      const subjects = await page.locator('.message-row__subject').allInnerTexts()
      await audit(page, 'list', script)

      // one with HTML: the frame shows it, and remote pictures are counted beside it
      await page.getByRole('link', { name: /Your booking/ }).first().click()
      const frame = page.frameLocator('.message__frame iframe')
      await frame.getByText('Your night train').first().waitFor()
      assert.match(await page.locator('.notice').first().innerText(), /remote images? blocked/)
      if (script) {
        // as tall as the letter: no scroll bar inside the page
        await page.waitForSelector('.message__frame--fitted')
        const inner = await page.locator('iframe').evaluate(frame => frame.contentDocument.documentElement.scrollHeight - frame.clientHeight)
        assert.ok(inner <= 1, `the frame hides ${inner} px`)
      } else {
        assert.ok((await page.locator('iframe').boundingBox()).height >= 400)
      }
      await audit(page, 'letter', script)
      await page.goBack()

      for (const at of [0, 2]) await page.locator('.message-row .checkbox').nth(at).check({ force: true })
      await audit(page, 'chosen', script)
      const bar = page.getByRole('group', { name: 'With the chosen messages' })
      await bar.getByRole('button', { name: 'Archive' }).click()
      assert.equal(await page.locator('.flash__text').innerText(), '2 messages moved to Archive.')
      assert.ok(!(await page.locator('.message-row__subject').allInnerTexts()).slice(0, 2).includes(subjects[0]))
      await audit(page, 'done', script)
      await page.getByRole('button', { name: 'Undo' }).click()
      assert.equal(await page.locator('.flash__text').innerText(), '2 messages are back in Inbox.')
      assert.deepEqual(wrong, [])
      await context.close()
    })
  }
}

test('every other page is fit for everybody, by day and by night', async () => {
  // the sheet for paper is left out: scripts can't run in it, and axe is one
  for (const scheme of ['light', 'dark']) {
    const { page, context } = await person({ script: true, width: 1440, scheme })
    const message = await page.locator('.message-row__subject').first().getAttribute('href')
    const places = ['mailbox/Trash', 'mailbox/Junk/empty', 'mailbox/INBOX?q=nowhere', 'mailbox/Nope', 'mailbox/INBOX?select=page']
    for (const place of [...places.map(place => base + place), ...['', '/source', '/headers'].map(below => new URL(message, base) + below)]) {
      for (const width of [1440, 820, 360]) {
        await page.setViewportSize({ width, height: 900 })
        await page.goto(place)
        await audit(page, `${scheme} ${width} ${place}`)
      }
    }
    await context.close()
  }
})

test('letters on the keyboard do what the help says', async () => {
  const { page, wrong, context } = await person({ script: true, width: 1440 })
  const focused = () => page.evaluate(() => document.activeElement.textContent)
  const subjects = await page.locator('.message-row__subject').allInnerTexts()
  const press = async (...keys) => { for (const key of keys) await page.keyboard.press(key) }
  await press('j', 'j', 'k')
  assert.equal(await focused(), subjects[0])
  await press('x')
  assert.equal(await page.locator('.checkbox:checked').count(), 1)
  await press('x', '?')
  assert.ok(await page.locator('#keyboard-help').isVisible())
  await press('Escape', '/')
  await page.keyboard.type('jx#')      // typing is typing
  assert.equal(await page.getByLabel('Search this folder').inputValue(), 'jx#')
  await page.getByRole('heading', { level: 1 }).click()
  await press('j', '#')
  await page.getByText('1 message moved to Trash.').waitFor()
  await press('z')
  await page.getByText('1 message is back in Inbox.').waitFor()
  await press('j', 'o')
  await page.waitForURL(/\/message\//)
  const flagged = await page.locator('.message__star').count()
  await press('s')
  await page.locator('.message__star').waitFor({ state: flagged ? 'detached' : 'visible' })
  await press('v')
  assert.equal(await page.locator('details.menu[open]').count(), 1)
  await press('Escape', 'm')
  await page.getByText('1 message marked as unread.').waitFor()
  assert.deepEqual(wrong, [])
  await context.close()
})
