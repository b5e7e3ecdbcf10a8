// Stands in front of a Fernpost and hands everything on, but for `/events`: what comes from there is what the test says.
import http from 'node:http'
import { until } from './stage.mjs'

export class ScriptedEvents {
  /** Every stream that was asked for: `asked` is what it was asked, as [on, at] pairs. */
  all = []
  refuses = false

  /** Starts it in front of `port`; the origin that browsers use. */
  async listen(port) {
    this.server = http.createServer((request, response) => {
      const url = new URL(request.url, 'http://localhost')
      if (url.pathname.endsWith('/events')) return this.#stream(url, response)
      const { method, headers } = request
      const forward = http.request({ host: '127.0.0.1', port, path: request.url, method, headers }, answer => {
        response.writeHead(answer.statusCode, answer.rawHeaders)
        answer.pipe(response)
      })
      forward.on('error', () => response.destroy())
      request.pipe(forward)
    })
    await new Promise(done => this.server.listen(0, '127.0.0.1', done))
    return `http://127.0.0.1:${this.server.address().port}`
  }

  close() {
    this.server.closeAllConnections()
    return new Promise(done => this.server.close(done))
  }

  #stream(url, response) {
    const [on, at] = ['on', 'at'].map(name => url.searchParams.getAll(name))
    const stream = { asked: on.map((subject, place) => [subject, at[place]]), open: !this.refuses, response }
    this.all.push(stream)
    if (this.refuses) return response.writeHead(503).end()
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write(': hello\n\n')
    response.on('close', () => { stream.open = false })
  }

  /** Forgets what was; every test begins with it. */
  reset() {
    for (const { response } of this.all) response.destroy()
    this.all = []
    this.refuses = false
  }

  get open() {
    return this.all.filter(stream => stream.open)
  }

  /** Waits for the stream number `count` (from 1) since the reset; it is the only open one. */
  async stream(count = 1) {
    await until(`stream ${count} is the one that is open`, () => this.all.length >= count && this.open.length === 1 && this.open[0] === this.all.at(-1))
    return this.all.at(-1)
  }

  push(type, data = {}) {
    const [stream] = this.open
    stream.response.write(`id: ${Date.now()}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  /** The connection breaks. */
  cut() {
    for (const { response } of this.open) response.destroy()
  }
}

/** What the server would send of a page as it is now: the blocks of the page itself. */
export async function drawn(page, subject, base) {
  const html = await (await page.context().request.get(`${base}/${subject}`)).text()
  const [, inside] = /<main[^>]*>([\s\S]*?)<\/main>/.exec(html)
  const unescape = text => text.replaceAll('&amp;', '&')
  return {
    on: subject,
    title: unescape(/<title>(.*?)<\/title>/.exec(html)[1]),
    main: inside.slice(inside.indexOf('<div class="panes')).trim(),
    sidebar: /<nav class="sidebar"[\s\S]*?<\/nav>/.exec(html)[0],
    unread: Number(/Inbox<\/span> <span class="count">([\d,]+)/.exec(html)?.[1].replace(',', '') ?? 0),
  }
}
