// A person at a page: finds things by the names that a screen reader says, and uses the drawer and the bottom bar on a phone.
import assert from 'node:assert/strict'

/** Waits until the page says this. If it complains instead, the failure says of what. */
export async function says(page, text) {
  const [wanted, complaint] = [page.getByText(text, { exact: true }), page.getByRole('alert')]
  await wanted.or(complaint).first().waitFor()
  if (!await wanted.isVisible()) assert.fail(`"${text}" is not said, but: ${await complaint.first().innerText()}`)
}

export class Hand {
  constructor(page, { phone }) {
    this.page = page
    this.phone = phone
  }

  /** Follows something that leads to another page, and waits for that page. */
  async #go(act) {
    await Promise.all([this.page.waitForEvent('domcontentloaded'), act()])
  }

  heading(name) {
    return this.page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
  }

  row(subject) {
    return this.page.locator('.message-row', { has: this.page.getByRole('link', { name: subject, exact: true }) })
  }

  /** The subjects of the list, from the top. */
  list() {
    return this.page.locator('.message-row__subject').allInnerTexts()
  }

  /** Opens a folder from the tree; on a phone the tree is a drawer. */
  async openFolder(name) {
    const tree = this.page.getByRole('navigation', { name: 'Folders' })
    if (this.phone) {
      assert.equal(await tree.isVisible(), false, 'the drawer is shut')
      await this.page.getByRole('link', { name: 'Folders', exact: true }).click()
      await tree.waitFor()
    }
    await this.#go(() => tree.getByRole('link', { name: new RegExp(`^${name}( \\d+ unread)?$`) }).click())
    await this.heading(name)
  }

  async open(subject) {
    await this.#go(() => this.page.getByRole('link', { name: subject, exact: true }).click())
    await this.heading(subject)
  }

  /** Back from a message to its list. */
  async back() {
    await this.#go(() => this.bar.getByRole('link').first().click())
  }

  /** Ticks a row: at the box, and on a phone at the picture of the sender. */
  async choose(subject) {
    const row = this.row(subject)
    if (this.phone) await row.locator('.message-row__select').tap()
    else await row.getByRole('checkbox').check()
    assert.ok(await row.getByRole('checkbox').isChecked(), `${subject} is chosen`)
  }

  async star(subject) {
    await this.#go(() => this.row(subject).getByRole('button', { name: 'Flag', exact: true }).click())
  }

  async isStarred(subject) {
    return await this.row(subject).getByRole('button', { name: 'Flag', exact: true }).getAttribute('aria-pressed') === 'true'
  }

  /** What can be done to the message that is open: on a phone the bar at the bottom. */
  get bar() {
    return this.page.getByRole('group', { name: 'Message actions' })
  }

  /** What can be done to the chosen messages. */
  get selection() {
    return this.page.getByRole('group', { name: 'With the chosen messages' })
  }

  /** A button of `bar` or `selection`; `menu` opens first ("Move", "More actions"). */
  async press(where, name, menu) {
    let place = where
    if (menu) {
      place = where.locator('details', { has: this.page.locator('summary').filter({ hasText: menu }).or(this.page.locator(`summary[aria-label="${menu}"]`)) })
      await place.locator('summary').click()
    }
    const button = place.getByRole('button', { name, exact: true })
    if (this.phone) assert.ok(await this.#isReachable(button), `${name} lies on the screen`)
    await this.#go(() => button.click())
  }

  async copyTo(where, folder) {
    const menu = where.locator('details', { has: this.page.locator('summary[aria-label="More actions"]') })
    await menu.locator('summary').click()
    await menu.getByLabel('Copy to').selectOption({ label: folder })
    await this.#go(() => menu.getByRole('button', { name: 'Copy', exact: true }).click())
  }

  async follow(name) {
    await this.#go(() => this.page.getByRole('link', { name, exact: true }).click())
  }

  async confirm(name) {
    await this.#go(() => this.page.getByRole('button', { name, exact: true }).click())
  }

  async undo() {
    await this.#go(() => this.page.locator('.flash').getByRole('button', { name: 'Undo' }).click())
  }

  /** What the page says has happened. */
  async said() {
    return (await this.page.locator('.flash__text').innerText()).trim()
  }

  async signOut() {
    await this.page.locator('summary', { hasText: 'Account of' }).click()
    await this.#go(() => this.page.getByRole('button', { name: 'Sign out' }).click())
  }

  async #isReachable(locator) {
    const box = await locator.boundingBox()
    const { width, height } = this.page.viewportSize()
    return box && box.x >= 0 && box.x + box.width <= width && box.y + box.height <= height && box.height >= 24
  }
}
