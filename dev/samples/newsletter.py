"""Mail as companies send it: tables, remote pictures, a tracking pixel, a style block and a way to leave the list."""

HEADERS = ["Authentication-Results: mail.fernpost.example; spf=pass smtp.mailfrom=bounce.greenfield.example;\n"
           " dkim=pass (2048-bit key) header.d=greenfield.example header.s=m; dmarc=pass header.from=greenfield.example",
           "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=greenfield.example; s=m;\n"
           " h=From:To:Subject:Date:List-Unsubscribe:List-Unsubscribe-Post; bh=c2FtcGxl; b=c2FtcGxl",
           "List-Unsubscribe: <https://greenfield.example/leave?u=8c1f>, <mailto:leave@greenfield.example>",
           "List-Unsubscribe-Post: List-Unsubscribe=One-Click", "List-Id: Green Field Weekly <weekly.greenfield.example>",
           "Precedence: bulk", "Feedback-ID: weekly:greenfield"]

SUBJECTS = ["Seven small gardens that changed their street", "What grows in the shade of a wall", "The fig, the frost and the fleece",
            "A roof in Utrecht, one year on", "Seeds to swap before winter", "Water, saved: four cisterns compared", "The quiet return of the hedge",
            "Apples nobody sells any more", "Bees do not read calendars", "A bench is also a garden"]
ARTICLES = [
    ("A courtyard in Lisbon", "Eleven neighbours, one drain, and a lemon tree that refused to die. The tiles came up in March; by June there was shade "
     "enough for two chairs and an argument about a third. We sat with Inês and asked what she would do differently."),
    ("The roof in Utrecht", "Eight centimetres of substrate carry more than you think. Sedum in the first year, grasses in the second, and then the "
     "orchids nobody planted. The engineer’s letter is reprinted in full, including the sentence about the trampoline."),
    ("How to keep a fig alive in the north", "Wrap the trunk, not the crown. Leave the last fruits, they will not ripen but they make a fine "
     "jam with ginger. And if the frost takes it down to the ground: wait until June before you dig."),
    ("The hedge as a calendar", "First the blackthorn, then the hawthorn, then for three weeks nothing at all. Whoever plants for the eye "
     "only forgets the birds, who have read the same books and have come to other conclusions."),
    ("Letter of the week", "“My husband says that the compost is too near to the kitchen. The robin says it is exactly right. Whom should I believe?” "
     "We asked the robin, and a hygienist, and publish both of their answers.")]

STYLE = """body{margin:0;padding:0;background:#eef1e6}table{border-collapse:collapse}img{border:0;display:block}
a{color:#2f6b3a}.article h2{font:700 20px/1.3 Georgia,serif;margin:0 0 8px}.foot{font:12px/1.5 Arial,sans-serif;color:#6b7466}
@media (max-width:600px){.wrap{width:100%!important}.picture{width:100%!important;height:auto!important}}"""

ROW = """<tr><td class="article" style="padding:24px 32px;border-bottom:1px solid #dfe5d3">
<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" border="0"><tr>
<td width="176" valign="top" style="padding-right:20px"><a href="https://greenfield.example/r?i=%(issue)d&amp;a=%(n)d&amp;u=8c1f"><img class="picture" src="https://img.greenfield.example/%(issue)d/%(n)d@2x.jpg" width="176" height="132" alt="%(title)s" style="border-radius:6px"></a></td>
<td valign="top" style="font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.55;color:#2b3327"><h2 style="font:700 20px/1.3 Georgia,serif;margin:0 0 8px;color:#21401f">%(title)s</h2>
<p style="margin:0 0 12px">%(body)s</p><table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr><td bgcolor="#2f6b3a" style="border-radius:4px;padding:9px 16px">
<a href="https://greenfield.example/r?i=%(issue)d&amp;a=%(n)d&amp;u=8c1f&amp;b=1" style="color:#ffffff;text-decoration:none;font-weight:bold;font-size:14px">Read on</a></td></tr></table></td></tr></table></td></tr>
"""


def issue(n):
    """(html, subject, plain text) of the nth newest issue; about 8 kB of HTML."""
    subject, number = SUBJECTS[n % len(SUBJECTS)], 214 - n
    chosen = [ARTICLES[(n + k) % len(ARTICLES)] for k in range(4)]
    rows = "".join(ROW % dict(issue=number, n=k + 1, title=title, body=body) for k, (title, body) in enumerate(chosen))
    html = """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><meta name="viewport" content="width=device-width"><title>%(subject)s</title><style type="text/css">%(style)s</style></head>
<body bgcolor="#eef1e6"><div style="display:none;max-height:0;overflow:hidden;font-size:1px;color:#eef1e6">This week: %(first)s, and more for a slow Sunday.</div>
<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" border="0" bgcolor="#eef1e6"><tr><td align="center" style="padding:28px 12px">
<table class="wrap" role="presentation" width="640" cellpadding="0" cellspacing="0" border="0" bgcolor="#ffffff" style="border-radius:10px">
<tr><td style="padding:28px 32px 8px"><a href="https://greenfield.example/"><img src="https://img.greenfield.example/logo.png" width="148" height="34" alt="Green Field Weekly"></a>
<p style="font:13px/1.4 Arial,sans-serif;color:#6b7466;margin:10px 0 0">Number %(number)d &middot; <a href="https://greenfield.example/%(number)d">Read in the browser</a></p>
<h1 style="font:400 32px/1.2 Georgia,'Times New Roman',serif;color:#21401f;margin:18px 0 6px">%(subject)s</h1></td></tr>
<tr><td><img class="picture" src="https://img.greenfield.example/%(number)d/cover.jpg" width="640" height="320" alt="A street with small gardens in front of each house"></td></tr>
%(rows)s<tr><td class="foot" style="padding:24px 32px;font:12px/1.5 Arial,sans-serif;color:#6b7466">Green Field Weekly, Ringstra&szlig;e 4, 24100 Nordhafen. You get this letter because you asked for it.
<a href="https://greenfield.example/leave?u=8c1f">Unsubscribe</a> &middot; <a href="https://greenfield.example/profile?u=8c1f">Change your address</a></td></tr></table></td></tr></table>
<img src="https://t.greenfield.example/o.gif?i=%(number)d&amp;u=8c1f" width="1" height="1" alt="" style="display:block"></body></html>
""" % dict(subject=subject, style=STYLE, first=chosen[0][0], number=number, rows=rows)
    plain = "GREEN FIELD WEEKLY, number %d\n\n%s\n\n" % (number, subject) + "\n\n".join("* %s\n\n%s" % a for a in chosen) + \
        "\n\nUnsubscribe: https://greenfield.example/leave?u=8c1f\n"
    return html, subject, plain


def booking(plain):
    lines = "".join("<tr><td style=\"padding:6px 0;color:#51607a\">%s</td><td style=\"padding:6px 0\"><b>%s</b></td></tr>" % tuple(
        part.strip() for part in line.split(":", 1)) for line in plain.split("\n") if ": " in line and not line.startswith("http"))
    return """<html><body style="margin:0;background:#f3f5fa;font-family:Helvetica,Arial,sans-serif"><table width="100%%"><tr><td align="center">
<table width="560" style="background:#fff;border-top:6px solid #16326e;margin:24px 0"><tr><td style="padding:28px">
<img src="https://static.nachtzug.example/logo.png" width="120" height="30" alt="Nachtzug Nord"><h1 style="font-size:24px;color:#16326e">Your night train is booked</h1>
<table width="100%%">%s</table><p><a href="https://nachtzug.example/b/NN-48213-K" style="background:#16326e;color:#fff;padding:12px 20px;text-decoration:none">Show the booking</a></p>
</td></tr></table></td></tr></table><img src="https://t.nachtzug.example/p?b=NN-48213-K" width="1" height="1" alt=""></body></html>
""" % lines
