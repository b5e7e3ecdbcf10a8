import { setUp } from './stage.mjs'
import { withFile, letter } from './letters.mjs'
const out = '/tmp/w/shots-storage'
const stage = await setUp()
try {
  const who = await stage.person({ sample: true, quota: 60 * 1024 * 1024 })
  const noise = size => Buffer.from(Array.from({ length: size }, (_, at) => (at * 7919) % 251))
  await who.other.append('INBOX', withFile('Site video, first walk with a rather long subject that goes on and on', 'video.mp4', noise(4_000_000)))
  await who.other.append('INBOX', withFile('Brochure', 'b.pdf', noise(2_000_000)))
  await who.other.append('Trash', withFile('Old', 'b.pdf', noise(1_000_000)))
  for (let n = 0; n < 60; n++) await who.other.append('Junk', letter('Junk ' + n))
  for (const width of [1440, 390]) for (const dark of [false, true]) {
    const page = await stage.signedIn(who, { width, dark })
    const name = `${width}-${dark ? 'dark' : 'light'}`
    await page.goto(`${stage.base}/storage`)
    await page.getByText(/^Counted /).waitFor()
    const whole = async what => {
      const height = await page.evaluate(() => { const m = document.querySelector('main'); return m.scrollHeight + 80 })
      await page.setViewportSize({ width, height: Math.min(height, 6000) })
      await page.screenshot({ path: `${out}/${what}-${name}.png` })
      await page.setViewportSize({ width, height: width < 768 ? 844 : 900 })
    }
    await whole('storage')
    if (!dark) {
      await page.goto(`${stage.base}/storage/messages?of=biggest`)
      await page.locator('.table .checkbox').first().check()
      await whole('look')
      await page.getByRole('button', { name: 'Delete' }).click()
      await page.getByText('Delete 1 message for good?').first().waitFor()
      await whole('ask')
      await page.goBack(); await page.locator('.table .checkbox').first().check()
      await page.getByRole('button', { name: 'Move to…' }).click(); await page.getByRole('button', { name: 'Move', exact: true }).waitFor()
      await whole('move')
    }
    await page.context().close()
  }
} finally { await stage.close() }
