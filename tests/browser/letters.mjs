// Mails for tests, small and plain to read.

/** A text; `day` counts from 1 March 2026, so that the order in the list is known. */
export function letter(subject, { from = 'Berta Sommer <berta@other.example>', day = 1, text = `About: ${subject}` } = {}) {
  return mail(subject, from, day, 'Content-Type: text/plain; charset=utf-8', text)
}

/** An HTML mail. */
export function newsletter(subject, html, { day = 1, fields = '' } = {}) {
  return mail(subject, 'The Fern Society <news@ferns.example>', day, `${fields}Content-Type: text/html; charset=utf-8`, html)
}

/** A text with one file. */
export function withFile(subject, name, bytes, { day = 1 } = {}) {
  const lines = bytes.toString('base64').replace(/.{76}/g, '$&\r\n')
  const body = `--part\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHere it is.\r\n--part\r\nContent-Type: application/octet-stream\r\n`
    + `Content-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines}\r\n--part--`
  return mail(subject, 'Berta Sommer <berta@other.example>', day, 'Content-Type: multipart/mixed; boundary=part', body)
}

/** What the mail server writes above a mail: who it came from, and what it found out. The stage trusts this name. */
const found = results => Buffer.from(`Authentication-Results: mx.fernpost.example; ${results}\r\n`
  + 'Received: from out.other.example (out.other.example [192.0.2.1]) by mx.fernpost.example; Sun, 1 Mar 2026 09:30:00 +0000\r\n')

/** A text whose sender the mail server vouches for, and that can be got rid of. */
export function vouchedFor(subject) {
  const text = mail(subject, 'Night Train North <travel@night-train.example>', 1,
    'List-Unsubscribe: <https://night-train.example/out>\r\nContent-Type: text/plain; charset=utf-8', 'Your booking.')
  return Buffer.concat([found('spf=pass smtp.mailfrom=night-train.example; dkim=pass header.d=night-train.example; dmarc=pass'), text])
}

/** A text of which hardly anything is as it looks. */
export function doubtful(subject) {
  const text = mail(subject, '"service@bank.example" <x@p\u0430ypal.example>', 1, 'Reply-To: y@elsewhere.example\r\n'
    + 'Disposition-Notification-To: y@elsewhere.example\r\nList-Unsubscribe: <https://elsewhere.example/out>, <mailto:out@elsewhere.example>\r\n'
    + 'Content-Type: text/plain; charset=utf-8', 'Your account ends today.')
  return Buffer.concat([found('spf=softfail smtp.mailfrom=elsewhere.example; dkim=none; dmarc=fail header.from=xn--pypal-4ve.example'), text])
}

/** An invitation to somebody. */
export function invitation(subject, attendee) {
  const calendar = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Harbour//EN', 'METHOD:REQUEST', 'BEGIN:VEVENT', `UID:${subject}@other.example`,
    'DTSTAMP:20260301T090000Z', 'SEQUENCE:0', 'SUMMARY:A walk along the harbour', 'LOCATION:Pier 7', 'DTSTART:20300302T110000Z', 'DTEND:20300302T120000Z',
    'ORGANIZER;CN=Berta Sommer:mailto:berta@other.example', `ATTENDEE;CN=Ann;RSVP=TRUE:mailto:${attendee}`, 'END:VEVENT', 'END:VCALENDAR', '']
  return mail(subject, 'Berta Sommer <berta@other.example>', 1, 'Content-Type: text/calendar; charset=utf-8; method=REQUEST', calendar.join('\r\n'))
}

function mail(subject, from, day, type, body) {
  const date = new Date(Date.UTC(2026, 2, day, 9, 30)).toUTCString().replace('GMT', '+0000')
  return Buffer.from(`From: ${from}\r\nTo: Ann <ann@fernpost.example>\r\nSubject: ${subject}\r\nDate: ${date}\r\n`
    + `Message-ID: <${subject.replace(/\W+/g, '-')}@test.example>\r\nMIME-Version: 1.0\r\n${type}\r\n\r\n${body}\r\n`)
}
