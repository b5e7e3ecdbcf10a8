// The inbox in a browser that has never seen it: requests, bytes over the wire, time to the first row. Medians of 9.
//   node first_visit.mjs BASE USER PASSWORD      prints "requests bytes milliseconds"
import { chromium } from 'playwright-core'

const [base, user, password] = process.argv.slice(2)
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] })
const runs = []
const signIn = await browser.newContext()
const page = await signIn.newPage()
await page.goto(`${base}/login`)
await page.getByLabel('Mail address').fill(user)
await page.getByLabel('Password').fill(password)
await page.getByRole('button', { name: 'Sign in' }).click()
await page.waitForSelector('.message-row')
const storageState = await signIn.storageState()
for (let run = 0; run < 9; run++) {
  const context = await browser.newContext({ storageState })
  const page = await context.newPage()
  const client = await context.newCDPSession(page)
  await client.send('Network.enable')
  let requests = 0, bytes = 0
  client.on('Network.requestWillBeSent', event => { if (!event.request.url.startsWith('data:')) requests++ })
  client.on('Network.loadingFinished', event => { bytes += event.encodedDataLength })
  const start = performance.now()
  await page.goto(`${base}/mailbox/INBOX`, { waitUntil: 'commit' })
  await page.waitForSelector('.message-row')
  const row = performance.now() - start
  await page.waitForLoadState('load')
  runs.push({ requests, bytes, row })
  await context.close()
}
await browser.close()
const median = key => runs.map(run => run[key]).sort((a, b) => a - b)[Math.floor(runs.length / 2)]
console.log(median('requests'), median('bytes'), median('row').toFixed(1))
