// Pictures of a running Fernpost, for the README and to look at:
//   node screenshots.mjs BASE USER PASSWORD FOLDER
// writes sign-in, list, chosen, message and newsletter at 1440, 820 and 390 px, by day and by night.
import fs from 'node:fs'
import path from 'node:path'
import { chromium } from 'playwright-core'

const [base, user, password, folder] = process.argv.slice(2)
if (!folder) {
  console.error('screenshots.mjs BASE USER PASSWORD FOLDER')
  process.exit(2)
}
fs.mkdirSync(folder, { recursive: true })
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] })
try {
  for (const width of [1440, 820, 390]) for (const colorScheme of ['light', 'dark']) {
    const isPhone = width < 768
    const context = await browser.newContext({
      viewport: { width, height: isPhone ? 844 : width === 820 ? 1180 : 900 }, deviceScaleFactor: isPhone ? 2 : 1,
      isMobile: isPhone, hasTouch: isPhone, colorScheme, locale: 'en-GB', timezoneId: 'Europe/Berlin',
    })
    const page = await context.newPage()
    const shoot = name => page.screenshot({ path: path.join(folder, `${name}_${width}_${colorScheme}.png`) })
    await page.goto(`${base}/login`)
    await shoot('login')
    await page.getByLabel('Mail address').fill(user)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.locator('.message-row').first().waitFor()
    await shoot('list')
    for (const at of [1, 3]) await page.locator('.message-row__select').nth(at).click()
    await shoot('chosen')
    const list = page.url()
    const addresses = await page.locator('.message-row__subject').evaluateAll(links => links.map(link => link.href))
    const wanted = new Set(['message', 'newsletter'])
    for (const address of addresses) {
      await page.goto(address)
      const kind = await page.locator('.message__frame').count() ? 'newsletter' : 'message'
      if (!wanted.delete(kind)) continue
      if (kind === 'newsletter') await page.locator('.message__frame--fitted').first().waitFor()
      await shoot(kind)
      if (!wanted.size) break
    }
    if (width < 1152) {
      await page.goto(list)
      await page.getByRole('link', { name: 'Folders', exact: true }).click()
      await page.getByRole('navigation', { name: 'Folders' }).waitFor()
      await page.evaluate(() => { for (const one of document.getAnimations()) one.finish() })
      await shoot('drawer')
    }
    await context.close()
  }
} finally {
  await browser.close()
}
