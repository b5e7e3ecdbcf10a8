// What browser tests stand on: a mail server, a Fernpost in front of it, accounts of their own, and Chromium.
// Everything listens on loopback, and is ended by the one who started it.
import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import { OtherClient } from './imap.mjs'

const run = promisify(execFile)
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

/** JavaScript on and off, at a desk and on a phone. */
export const settings = [true, false].flatMap(scripts => [1440, 390].map(width => ({
  scripts, width, phone: width < 768, name: `${scripts ? 'with' : 'without'} scripts at ${width} px`,
})))

export async function freePort() {
  const server = net.createServer()
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  const { port } = server.address()
  await new Promise(done => server.close(done))
  return port
}

/** Asks until the answer is true; the limit is for the day on which it never is. */
export async function until(what, holds, seconds = 15) {
  const end = Date.now() + seconds * 1000
  while (!await holds()) {
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain: ${what}`)
    await pause(15)
  }
}

const answers = port => new Promise(done => {
  const socket = net.connect(port, '127.0.0.1')
  socket.on('connect', () => { socket.destroy(); done(true) })
  socket.on('error', () => done(false))
})

/** Starts what is needed. `close()` ends what was started here, and nothing else. `front` is put in front of Fernpost;
 *  `config` is added to its configuration: a text, or what makes one of the mail server's ports and files. */
export async function setUp({ front, config = '' } = {}) {
  const stage = new Stage()
  try {
    await stage.start(front, config)
  } catch (failed) {
    await stage.close()
    throw failed
  }
  return stage
}

class Stage {
  #clients = []

  async start(front, more) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fernpost-browser-'))
    this.mail = process.env.FERNPOST_TEST_MAIL
    if (!this.mail) {
      fs.chmodSync(this.folder, 0o755)
      this.ownMail = this.mail = path.join(this.folder, 'mail')
      await run(path.join(root, 'dev/mailserver'), ['start', this.mail])
    }
    this.env = Object.fromEntries(fs.readFileSync(path.join(this.mail, 'env'), 'utf8').split('\n')
      .filter(line => line.includes('=')).map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
    const port = await freePort()
    this.front = front
    this.origin = front ? await front.listen(port) : `http://127.0.0.1:${port}`
    this.base = `${this.origin}/webmail`
    const config = path.join(this.folder, 'fernpost.toml')
    fs.writeFileSync(config, `listen = "127.0.0.1:${port}"\nbase_path = "/webmail"\npublic_url = "${this.origin}"\nworkers = 2\n`
      + `database_url = "sqlite:${this.folder}/fernpost.db"\nsecret_file = "${this.folder}/fernpost.secret"\n`
      + `[imap]\nhost = "127.0.0.1"\nport = ${this.env.IMAPS_PORT}\nca_file = "${this.env.CA_FILE}"\n`
      + (this.env.SUBMISSION_PORT
        ? `[submission]\nhost = "127.0.0.1"\nport = ${this.env.SUBMISSION_PORT}\ntls = "starttls"\nca_file = "${this.env.CA_FILE}"\n` : '')
      + `[authentication]\ntrusted = ["mx.fernpost.example"]\n${typeof more === 'function' ? more(this.env) : more}`)
    const binary = path.join(process.env.CARGO_TARGET_DIR || path.join(root, 'target'), 'debug/fernpost')
    const log = fs.openSync(path.join(this.folder, 'log'), 'w')
    this.served = spawn(binary, ['serve', '--config', config], { stdio: ['ignore', log, log], env: { ...process.env, RUST_LOG: 'info' } })
    this.ended = new Promise(done => this.served.once('exit', done).once('error', done))
    await until('Fernpost listens', () => {
      if (this.served.exitCode !== null || !this.served.pid) throw new Error(`Fernpost ended: ${this.log()}`)
      return answers(port)
    })
    this.browser = await chromium.launch({
      executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
      // No name is ever looked up: a request that leaves the page is seen, and leads nowhere.
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
    })
  }

  log() {
    return fs.readFileSync(path.join(this.folder, 'log'), 'utf8').split('\n').slice(-20).join('\n')
  }

  /** A fresh account with its other client; `mails` are appended to INBOX in this order, `sample` fills it like a lived-in one,
   *  and it may hold `quota` octets. */
  async person({ mails = [], sample = false, quota } = {}) {
    const user = `ann-${randomBytes(6).toString('hex')}@${this.env.DOMAIN}`
    const password = `canary ${randomBytes(6).toString('hex')}"'`
    if (sample) await run(path.join(root, 'dev/samplemail'), [path.join(this.env.MAIL_DIR, user), '--address', user])
    // once for Dovecot 2.3 and once for 2.4
    const limit = quota ? `userdb_quota_rule=*:bytes=${quota} userdb_quota_storage_size=${quota}` : ''
    fs.writeFileSync(path.join(this.env.USERS_DIR, user), `${user}:{PLAIN.b64}${Buffer.from(password).toString('base64')}::::::${limit}\n`)
    const other = await OtherClient.signIn(this.env.IMAP_PORT, user, password)
    this.#clients.push(other)
    for (const mail of mails) await other.append('INBOX', mail)
    return { user, password, other }
  }

  /** A browser of its own. What it complains about is in `page.complaints`: console errors, refused by policy, exceptions. */
  async visitor({ scripts = true, width = 1440, dark = false, storageState } = {}) {
    const phone = width < 768
    const context = await this.browser.newContext({
      javaScriptEnabled: scripts, viewport: { width, height: phone ? 844 : 900 }, hasTouch: phone, isMobile: phone,
      colorScheme: dark ? 'dark' : 'light', locale: 'en-GB', timezoneId: 'Europe/Berlin', storageState, acceptDownloads: true,
    })
    context.setDefaultTimeout(15_000)
    return this.tab(context)
  }

  /** One more tab of a browser. */
  async tab(context) {
    const page = await context.newPage()
    page.complaints = []
    page.on('console', message => { if (['error', 'warning'].includes(message.type())) page.complaints.push(`${message.text()} at ${page.url()}`) })
    page.on('pageerror', error => page.complaints.push(`${error} at ${page.url()}`))
    page.on('requestfailed', request => { if (/csp|BLOCKED/i.test(request.failure()?.errorText)) page.complaints.push(`refused: ${request.url()} at ${page.url()}`) })
    return page
  }

  async signIn(page, who) {
    await page.goto(`${this.base}/login`)
    await page.getByLabel('Mail address').fill(who.user)
    await page.getByLabel('Password').fill(who.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { level: 1, name: 'Inbox' }).waitFor()
  }

  /** A visitor that has signed in. */
  async signedIn(who, setting = {}) {
    const page = await this.visitor(setting)
    await this.signIn(page, who)
    return page
  }

  async close() {
    await this.browser?.close()
    for (const client of this.#clients) client.close()
    await this.front?.close()
    if (this.served?.pid && this.served.exitCode === null) {
      this.served.kill('SIGTERM')
      await this.ended
    }
    if (this.ownMail) await run(path.join(root, 'dev/mailserver'), ['remove', this.ownMail])
    fs.rmSync(this.folder, { recursive: true, force: true })
  }
}
