// An inbox is open in a browser, and others change the mailbox: the time from the mail server's answer to the change in the
// document, by the one clock that the machine has.
//   node live_latency.mjs BASE USER PASSWORD IMAP_PORT LMTP_PORT RUNS FOLDER WORD
// FOLDER is where the account's own rule files mail with WORD in its subject. Prints "name median p95", in milliseconds.
import { chromium } from 'playwright-core'
import { OtherClient } from './imap.mjs'
import { letter } from './letters.mjs'
import { Lmtp } from './lmtp.mjs'

const [base, user, password, imapPort, lmtpPort, runs, folder, word] = process.argv.slice(2)
const uncounted = 3      // as everywhere in the bench
const limit = 60_000     // a change that is not shown by then never is
const other = await OtherClient.signIn(imapPort, user, password)
const lmtp = await Lmtp.connect(lmtpPort)
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] })
const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' })

/** In the page: holds a promise of the time at which the document first is as `what` says. */
function watchFor({ what, subject, folder, count }) {
  const row = () => [...document.querySelectorAll('.message-row')]
    .find(one => one.querySelector('.message-row__subject')?.textContent === subject)
  const unread = () => {
    const links = [...document.querySelectorAll('.mailbox-link')]
    const link = links.find(one => one.querySelector('.mailbox-link__name').textContent === folder)
    return Number.parseInt((link?.querySelector('.count')?.textContent ?? '0').replaceAll(',', ''), 10)
  }
  const holds = {
    row: () => row(),
    flag: () => row()?.querySelector('.flag').getAttribute('aria-pressed') === 'true',
    gone: () => !row(),
    count: () => unread() === count,
  }[what]
  if (holds()) throw new Error(`${what} held before anything was done`)
  window.shown = new Promise(done => {
    const observer = new MutationObserver(() => {
      if (!holds()) return
      observer.disconnect()
      done(Date.now())
    })
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
  })
}

/** Milliseconds from the answer to `act` until the document shows it; what is shown before the answer took none. */
async function took(what, act) {
  await page.evaluate(watchFor, what)
  await act()
  const answered = Date.now()
  let timer
  const never = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error(`${what.what} was never shown`)), limit) })
  const shown = await Promise.race([page.evaluate(() => window.shown), never])
  clearTimeout(timer)
  return Math.max(0, shown - answered)
}

const times = { row: [], count: [], flag: [], gone: [] }
try {
  await page.goto(`${base}/login`)
  await page.getByLabel('Mail address').fill(user)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('.live', { hasText: /^Up to date$/ }).waitFor({ state: 'attached' })
  await other.clear(folder)
  await page.waitForFunction(folder => [...document.querySelectorAll('.mailbox-link')]
    .some(link => link.querySelector('.mailbox-link__name').textContent === folder && !link.querySelector('.count')), folder)
  await other.select('INBOX')
  for (let run = 0; run < uncounted + Number(runs); run++) {
    const subject = `bench-live ${Date.now()} ${run}`
    const now = {}
    now.row = await took({ what: 'row', subject }, () => lmtp.deliver(user, letter(subject)))
    const uid = await other.newest()
    now.flag = await took({ what: 'flag', subject }, () => other.storeUid(uid, '+FLAGS (\\Flagged)'))
    now.gone = await took({ what: 'gone', subject }, () => other.expunge(uid))
    now.count = await took({ what: 'count', folder, count: run + 1 }, () => lmtp.deliver(user, letter(`${word} ${run}`)))
    if (run >= uncounted) for (const [name, time] of Object.entries(now)) times[name].push(time)
  }
  await other.clear(folder)
} finally {
  await browser.close()
  lmtp.close()
  other.close()
}
for (const [name, all] of Object.entries(times)) {
  all.sort((a, b) => a - b)
  console.log(name, all[Math.floor(all.length / 2)], all[Math.ceil(all.length * 0.95) - 1])
}
