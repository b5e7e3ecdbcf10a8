// Mails for tests, small and plain to read.

/** A text; `day` counts from 1 March 2026, so that the order in the list is known. */
export function letter(subject, { from = 'Berta Sommer <berta@other.example>', day = 1, text = `About: ${subject}` } = {}) {
  return mail(subject, from, day, 'Content-Type: text/plain; charset=utf-8', text)
}

/** An HTML mail. */
export function newsletter(subject, html, { day = 1 } = {}) {
  return mail(subject, 'The Fern Society <news@ferns.example>', day, 'Content-Type: text/html; charset=utf-8', html)
}

/** A text with one file. */
export function withFile(subject, name, bytes, { day = 1 } = {}) {
  const lines = bytes.toString('base64').replace(/.{76}/g, '$&\r\n')
  const body = `--part\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHere it is.\r\n--part\r\nContent-Type: application/octet-stream\r\n`
    + `Content-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines}\r\n--part--`
  return mail(subject, 'Berta Sommer <berta@other.example>', day, 'Content-Type: multipart/mixed; boundary=part', body)
}

function mail(subject, from, day, type, body) {
  const date = new Date(Date.UTC(2026, 2, day, 9, 30)).toUTCString().replace('GMT', '+0000')
  return Buffer.from(`From: ${from}\r\nTo: Ann <ann@fernpost.example>\r\nSubject: ${subject}\r\nDate: ${date}\r\n`
    + `Message-ID: <${subject.replace(/\W+/g, '-')}@test.example>\r\nMIME-Version: 1.0\r\n${type}\r\n\r\n${body}\r\n`)
}
