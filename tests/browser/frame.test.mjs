// The frame around a designed mail: as tall as the letter where scripts run, tall and with a way out of it where they don't,
// and never with a script of its own.
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { newsletter } from './letters.mjs'
import { setUp, settings } from './stage.mjs'

const html = `<h1>Ferns</h1>${'<p>A paragraph that makes it long.</p>'.repeat(120)}<img src="http://ferns.example/pixel.png" width="1" height="1">`
  + '<script>document.title = "ran"</script><p id="last">The last line</p>'

const answer = newsletter('Re: Moss', '<p>At ten.</p><div class="gmail_quote">Ann wrote:<blockquote class="gmail_quote"><p>When, and where?</p></blockquote></div>',
  { fields: 'In-Reply-To: <moss@ferns.example>\r\n' })

let stage, who, address
before(async () => {
  stage = await setUp()
  who = await stage.person({ mails: [newsletter('Ferns', html), newsletter('Short', '<p>Short</p>'), answer] })
  const [long, short, reply] = await who.other.look('INBOX')
  address = { long: `${stage.base}/message/INBOX/${who.other.uidValidity}/${long.uid}`, short: `${stage.base}/message/INBOX/${who.other.uidValidity}/${short.uid}`, reply: `${stage.base}/message/INBOX/${who.other.uidValidity}/${reply.uid}` }
})
after(() => stage?.close())

for (const setting of settings) test(`the frame ${setting.name}`, async () => {
  const page = await stage.signedIn(who, setting)
  const outside = []
  page.on('request', request => { if (!request.url().startsWith(stage.base)) outside.push(request.url()) })
  await page.goto(address.long)
  const frame = page.locator('.message__frame iframe')
  const sandbox = await frame.getAttribute('sandbox')
  assert.doesNotMatch(sandbox, /allow-(scripts|forms|top-navigation|modals)/)
  const height = async () => (await frame.boundingBox()).height
  const hidden = () => frame.evaluate(one => one.contentDocument.documentElement.scrollHeight - one.clientHeight)
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
  assert.equal(isWide, false)
  if (setting.scripts) {
    await page.locator('.message__frame--fitted').waitFor()
    assert.ok(await hidden() <= 1, `the frame hides ${await hidden()} px`)
    assert.ok(await height() > 3000)
    // Turned on its side a phone shows the letter in other lines.
    await page.setViewportSize({ width: setting.width / 2 + 200, height: 700 })
    await page.waitForFunction(() => {
      const one = document.querySelector('.message__frame iframe')
      return Math.abs(one.contentDocument.documentElement.scrollHeight - one.clientHeight) <= 1
    })
    await page.goto(address.short)
    await page.locator('.message__frame--fitted').waitFor()
    assert.ok(await height() < 200, 'a short letter has a short frame')
  } else {
    assert.ok(await height() >= 400, 'a tall frame')
  }
  await page.goto(address.long)
  const [alone] = await Promise.all([page.context().waitForEvent('page'), page.getByRole('link', { name: 'Open on its own' }).click()])
  await alone.waitForLoadState()
  assert.ok(alone.url().startsWith(`${address.long}/body`), alone.url())
  assert.notEqual(await alone.title(), 'ran')
  assert.deepEqual(outside, [])
  assert.deepEqual(page.complaints, [])
  await page.context().close()
})

for (const setting of settings) test(`what an answer quotes is folded away and opened by a key ${setting.name}`, async () => {
  const page = await stage.signedIn(who, setting)
  await page.goto(address.reply)
  if (setting.scripts) await page.locator('.message__frame--fitted').waitFor()
  const letter = page.frameLocator('.message__frame iframe')
  const quote = letter.getByText('When, and where?')
  await letter.getByText('At ten.').waitFor()
  assert.equal(await quote.isVisible(), false)
  const height = async () => (await page.locator('.message__frame iframe').boundingBox()).height
  const before = await height()
  await letter.locator('summary').focus()
  await page.keyboard.press('Enter')
  await quote.waitFor()
  if (setting.scripts) {
    await page.waitForFunction(low => document.querySelector('.message__frame iframe').clientHeight > low, before)
  }
  assert.deepEqual(page.complaints, [])
  await page.context().close()
})
