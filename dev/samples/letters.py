"""What people write in the sample mail. All of them, their firms and their museums are invented."""
import html as escape_html

PEOPLE = {
    "ilse": ("Hafenmuseum · Ilse Brandt", "i.brandt@hafenmuseum.example"),
    "tove": ("Tove Berg", "tove@kontor7.example"),
    "jonas": ("Jonas Petersen", "jonas@petersen.example"),
    "amal": ("Amal Mansour", "amal@mansour.example"),
    "frida": ("Frida Sørensen", "frida@soerensen.example"),
    "nachtzug": ("Nachtzug Nord", "buchung@nachtzug.example"),
    "hotel": ("Pensione alla Lanterna", "info@lanterna.example"),
    "tanaka": ("田中 美咲", "tanaka@tenji.example"),
    "bibliothek": ("Stadtbibliothek Nord", "planung@stadtbibliothek.example"),
    "arabic": ("محمد الحسن", "m.alhassan@maarad.example"),
    "greek": ("Ελένη Παπαδοπούλου", "eleni@naxos.example"),
    "kontor": ("Kontor 7 Accounts", "accounts@kontor7.example"),
    "olena": ("Олена Коваль", "olena.koval@pereklad.example"),
    "russian": ("Дмитрий Соколов", "d.sokolov@vokzal.example"),
    "greenfield": ("Green Field Weekly", "weekly@greenfield.example"),
    "bank": ("Volksbank Nordhafen", "service@volksbank-nordhafen.example"),
    "polish": ("Małgorzata Wiśniewska", "m.wisniewska@drukarnia.example"),
    "hebrew": ("נועה לוי", "noa@levi.example"),
    "chinese": ("李文静", "li.wenjing@meiguan.example"),
    "hindi": ("आरती शर्मा", "aarti@sharma.example"),
    "french": ("Hélène Lefèvre", "h.lefevre@musee-mer.example"),
    "notary": ("Notariat Dr. Vollmer", "kanzlei@notariat-vollmer.example"),
    "archive": ("Søren Aagaard", "aagaard@byarkiv.example"),
    "builder": ("Bauhof Lindner GmbH", "angebot@bauhof-lindner.example"),
}
EVERYDAY = ["ilse", "tove", "jonas", "amal", "frida", "bibliothek", "archive", "builder", "kontor", "french"]
LIST_PEOPLE = [("Ravi Menon", "ravi@menon.example"), ("Klara Nowak", "klara@nowak.example"), ("J. Okafor", "jo@okafor.example"),
               ("Bogdan Ilić", "bogdan@ilic.example"), ("Mei Tanaka", "mei@tanaka.example"), ("Sam Whitfield", "sam@whitfield.example"),
               ("Lucía Ferrer", "lucia@ferrer.example")]
FOLDERS = ["INBOX", "Drafts", "Sent", "Archive", "Archive/2023", "Archive/2024", "Junk", "Trash", "Clients", "Clients/Hafenmuseum",
           "Clients/Kontor 7", "Clients/Kontor 7/Invoices 2026", "Clients/Stadtbibliothek", "Family", "Lists", "Lists/rust-users", "Lists/actix",
           "R&D.notes", "Reisen und Unterkünfte 2026", "写真"]
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]

PLANS = """Good morning,

attached are the drawings we agreed on last week. Two things are still open before the builders start on the 7th, and I would like your word on both:

1. The stairs to the gallery. The fire office asks for 1.20 m; we have 1.16 m. Moving the wall by four centimetres is possible, but then the rail has to be ordered again.
2. The lamp over the entrance. Tove found the old one in the depot. It works. Shall we keep it?

If you could answer by Wednesday evening, nothing has to wait. The costs are in the table; they changed very little.

Warm greetings from the harbour
Ilse
"""
DINNER = [("jonas", "Dear both,\n\nthe oven is mended. Dinner on Saturday, at seven? There will be the soup.\n\nJonas"),
          ("me", "With joy. I bring the cheese, and something for the soup if you tell me what."),
          ("amal", "We come too! Is it all right when the children join?\n\nAmal"),
          ("jonas", "The children are the guests of honour. For the soup: celery, if the market has any."),
          ("me", "Celery is bought."),
          ("amal", "Perfect, I bring the bread then. Amal asks (that is me) whether the children may come along to the cellar again; they still talk about the bottles.")]
BOOKING = """Your night train to Trieste is booked. Here is everything for the journey:

Booking: NN-48213-K
Departure: Hamburg-Altona, Saturday, 12 December, 20:47
Arrival: Trieste Centrale, Sunday, 13 December, 11:18
Coach and berth: 263, 41 (lower)
Breakfast: Coffee, rye bread, apricot jam
Price: 129.00 EUR, paid

https://nachtzug.example/b/NN-48213-K

Good journey
Nachtzug Nord
"""
JAPANESE = """お世話になっております。

来月の展示会について、添付の資料をご確認いただけますでしょうか。
会場は東京国際展示場、会期は十二月三日から六日までです。
打ち合わせは二十七日の午後二時ではいかがでしょうか。

どうぞよろしくお願いいたします。

田中 美咲
"""
MINUTES_SUBJECT = ("Minutes of the planning meeting on 19 November, corrected version with the remarks of all four departments "
                   "and the new timetable")
MINUTES = ["The minutes of the planning meeting are below. Remarks by Friday, if there are any.\n\n1. Shelves\n2. Light\n3. The lift\n4. Timetable\n",
           "Page 4 names the wrong contractor. Otherwise agreed.\n\nIlse\n",
           "Here is the corrected version. Page 4 now names the right contractor.\n\nStadtbibliothek Nord, Planung\n"]
ARABIC = "مرحبا،\n\nأرسل لك الصور التي وعدتك بها من حفل الافتتاح. كان المساء جميلا وحضر كثيرون من أصدقائنا.\nأرجو أن نلتقي في الربيع (في يوم 14 مارس، الساعة 18:30).\n\nمع التحية\nمحمد\n"
GREEK = "Καλησπέρα,\n\nσου στέλνω τις φωτογραφίες από την αυλή και τις διαστάσεις. Η πόρτα είναι 2,10 μ.\nΠες μου αν το μπλε είναι καλό.\n\nΦιλιά\nΕλένη\n"
INVOICE = ("Dear Ms Lindqvist,\n\nplease find attached our invoice for the month of October. The amount is due within 14 days.\n\n"
           "    Drawings          1,840.00 EUR\n    Visits on site      420.00 EUR\n    -------------------------------\n"
           "    Total             2,260.00 EUR\n\nKind regards\nKontor 7, Accounts\n")
UKRAINIAN = "Добрий день!\n\nНадсилаю перші сорок сторінок. Решта буде до п’ятниці.\nЄ одне запитання щодо сторінки 12: «гавань» чи «порт»?\n\nЗ повагою\nОлена\n"
RUSSIAN = "Здравствуйте!\n\nБилеты на четверг куплены: вагон 7, места 21 и 22. Встречаемся у часов в 8:15.\nЕсли задержитесь, позвоните.\n\nДмитрий\n"
NO_SUBJECT = "call me when you are back? nothing bad\n"
BANK = "A new document is waiting in your mailbox at the bank. We never ask for a password by mail.\n\nVolksbank Nordhafen\n"
POLISH = "Dzień dobry,\n\nprzesyłam próbę czcionek na plakat. Proszę zwrócić uwagę na ogonki: ą, ę, oraz kreski: ł, ó, ż, ź.\n\nPozdrawiam\nMałgorzata\n"
HEBREW = "שלום,\n\nזה לוח הזמנים לשבוע הבא: יום שני ב-09:30, יום רביעי ב-14:00 (חדר B12).\nתודה!\n\nנועה\n"
CHINESE = "您好：\n\n附上我们关于明年春季展览的合作建议。展期暂定为三月十五日至五月三十日，\n运输与保险费用由我馆承担。期待您的回复。\n\n此致\n敬礼\n李文静\n"
HINDI = "नमस्ते,\n\nआपको और आपके परिवार को दीवाली की शुभकामनाएँ! तस्वीरें कल भेजूँगी।\n\nस्नेह सहित\nआरती\n"
FRENCH = "Chère amie,\n\nla visite du samedi commence à 10 h 30, à l’entrée des artistes. Le café est offert, « comme d’habitude ».\n\nBien à vous\nHélène\n".replace("’", "'")
BIRTHDAY = "Frida turns forty on the 12th 🎉 and believes that nobody knows.\n\nBring: a song, a chair, no presents.\n"
DRAFT = "Dear Ilse,\n\nfour centimetres are fine. About the lamp: "
FLOWED = ("It was further than the map says, and worth each of the steps. The \nkeeper still winds the clock by hand, every Sunday after the news.\n\n"
          "> Did you go up to the gallery? They say that on clear days one sees \n> as far as the island.\n>\n>> The ferry only goes on Fridays, mind.\n\n"
          "We did, and one does. I counted 214 steps up, and 213 down; the \nchildren say that this proves something.\n\n-- \nJonas\n")
MEASURES = "Dear Tove,\n\nthe hall is 12.40 m by 8.11 m. The floor falls by three centimetres towards the door.\n\nIlse\n"
VCARD = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Tove Berg\r\nORG:Kontor 7\r\nEMAIL:tove@kontor7.example\r\nTEL;VALUE=uri:tel:+49-30-555-0107\r\nEND:VCARD\r\n"
JOURNEYS = [("Your stay from 13 to 17 December", "Gentile ospite,\n\nthe room with the blue shutters is yours. Breakfast until ten. The key is under the lantern.\n"),
            ("Fahrplanänderung am 12. Dezember", "Guten Tag,\n\nIhr Zug fährt wegen Bauarbeiten zehn Minuten früher ab: 20:37 Uhr von Gleis 8.\n\nNachtzug Nord\n"),
            ("How was your stay?", "We hope that the sea was calm. If something was missing, tell us; if nothing was, tell your friends.\n"),
            ("Rechnung zu NN-39118-C", "Vielen Dank für Ihre Reise. Die Rechnung liegt in Ihrem Konto bereit.\n"),
            ("Prenotazione confermata: 3 notti", "Buongiorno,\n\nconfermiamo la prenotazione per tre notti. Città, perché, così: il sole è compreso.\n"),
            ("Ihre Verbindung Hamburg–Kopenhagen", "Abfahrt 07:51, Ankunft 12:33. Ein Sitzplatz ist reserviert: Wagen 12, Platz 64.\n"),
            ("Room with a view of the crane", "The room with the view is free again in May. Shall we keep it for you?\n"),
            ("Umbuchung bestätigt", "Ihre Umbuchung ist bestätigt. Die Differenz von 12,40 € erhalten Sie zurück.\n")]
JUNK = [(("", "winner@lucky-draw.example"), "You have been chosen!!!", "Dear Customer,\n\nyour address has won. Confirm within 24 hours.\n"),
        (("Parcel Service", "notice@parcel-hold.example"), "Your parcel is on hold", "Customs fee outstanding: 1.99. Pay here.\n"),
        (("Dr. Smile", "offer@smile-now.example"), "W h i t e r teeth in 3 days", "Ask us how. No dentist needed.\n"),
        (("Mailbox Admin", "admin@mail-quota.example"), "Your mailbox is almost full, verify now", "Enter your password to keep your messages.\n"),
        (("Invest Now", "team@coin-rise.example"), "Re: our call yesterday", "As discussed, the window closes tonight.\n"),
        (("", "li@seo-rank.example"), "First page of search, guaranteed", "We looked at your web site and found 14 problems.\n"),
        (("Pharmacy", "shop@pills-direct.example"), "No prescription needed", "Discreet shipping to all countries.\n"),
        (("Heir Finder", "barrister@estate-claim.example"), "Regarding the late Mr Lindqvist", "I write in strict confidence about 8.4 million.\n"),
        (("Printer Ink", "sale@ink-cheap.example"), "Ink at 80 % off, today only", "Compatible with every printer, including yours.\n"),
        (("Account Team", "security@acc0unt.example"), "Unusual sign-in from a new device", "Was this you? Press the button below.\n")]

SUBJECTS = ["About %s", "A question on %s", "%s: what we agreed", "Photographs of %s", "New dates for %s", "%s, second draft", "The bill for %s",
            "Who takes care of %s?", "Thank you for %s", "Before Friday: %s", "News about %s", "%s, again"]
THINGS = ["the east wing", "the lamp in the hall", "our walk on Sunday", "the catalogue", "the old crane", "the reading room", "the lift",
          "the garden wall", "the spring exhibition", "the bicycle shed", "the harbour festival", "the boat", "the roof", "the choir", "the new shelves",
          "the floor plan", "the winter market", "grandmother’s chairs", "the ferry timetable", "the poster", "the museum shop", "the archive boxes"]
SENTENCES = ["The carpenter comes on Tuesday and would like to know the height of the door.", "I have put the numbers into the shared folder.",
             "Nobody has seen the key since the summer party, but the window closes well.", "Could you look at the second page and tell me if the tone is right?",
             "The sea was as flat as a table, and we stayed until the lamps went on.", "The printer needs the files by Thursday noon, not a minute later.",
             "We counted the chairs: there are forty-one, and one of them is not a chair.", "If it rains we meet in the hall, otherwise at the gate.",
             "The offer from the second firm is lower, but it does not name the scaffolding.", "I found the photograph you spoke of; it was in the wrong box.",
             "Mother sends her love and asks whether the plums were enough.", "The lift was mended, and it now stops four centimetres below the floor.",
             "Let us decide this by telephone, I am at my desk until five.", "There is a train at 9:52 that would be in time, if it is in time.",
             "The catalogue has grown to 212 pages, and the index is not yet in it.", "Please keep the afternoon of the 9th free, even if it is only a guess.",
             "The light in the east room is best before eleven.", "Everything else can wait until you are back."]
GREETINGS = ["Hello,", "Good morning,", "Dear all,", "Hi,", "Good evening,", "Moin,"]
ENDINGS = ["Until soon", "Best wishes", "Kind regards", "Thank you", "Greetings from the harbour", "Have a good weekend"]

RUST_THREADS = [
    ("Borrowing across await points: a short field report", "After three weeks with a large code base I wanted to write down what surprised us.\n\n"
     "    let guard = state.lock().await;\n    notify(&guard).await;   // held for the whole round trip\n\nWhat do you do about it?\n"),
    ("One task per socket, or one lock?", "We moved from a mutex to a task with a queue. Throughput went up, and so did the number of files.\n"),
    ("Reading untrusted lengths", "How do you bound allocations when the peer names the length first?\n"),
    ("Parsing without recursion", "A nested list ten thousand deep ended our program. What is the neatest iterative shape?\n"),
    ("Is Cow worth it here?", "Most of our strings are short. Most.\n"), ("Error types at the edge of a library", "One enum, or one per operation?\n"),
    ("Small release notes generator", "It reads tags and writes prose. Feedback welcome.\n"), ("Bytes, BytesMut and when to copy", "I measured, and was wrong.\n"),
    ("Testing against a real server", "We start one per test run, on a free port, and it takes a tenth of a second.\n"),
    ("Naming: Folder or Mailbox?", "The RFC says mailbox. People say folder. The code should say one of them.\n"), ("Pinning, explained with a boat", "It is tied to the pier.\n"),
    ("Time zones, again", "jiff made most of our questions go away. One is left.\n")]
ACTIX_THREADS = [("Streaming a large body with back-pressure", "The reader is slow, the file is large, memory stays flat. Here is how we got there.\n"),
                 ("Order of middleware", "Which one runs first, and why is it the last?\n"), ("Base path at run time", "We would like to serve below a path that is known only at start.\n"),
                 ("Graceful shutdown and event streams", "Open event streams keep the worker alive for thirty seconds.\n"), ("Compression and secrets", "When not to compress.\n"),
                 ("Extracting typed paths", "A UID is not a sequence number, and the type should say so.\n"), ("Testing cookies", "How do you keep a jar in tests?\n")]
LIST_ANSWERS = ["I would measure before changing anything; our guess was off by a factor of ten.", "This was discussed in spring, and the conclusion still stands.",
                "A queue in front of the task solved it for us, with a limit of 64.", "Note that the future may be dropped at any await.", "Nice write-up, thank you.",
                "The documentation says so, in the third paragraph, where nobody looks.", "Have you tried it with one-byte chunks?", "That is the part I do not understand yet.",
                "We keep the old path behind a switch and test both.", "In my benchmark the copy costs less than the branch.", "Small correction: it returns early when empty."]

CALENDAR = """BEGIN:VCALENDAR
PRODID:-//Kontor 7//Site visits//EN
VERSION:2.0
METHOD:REQUEST
BEGIN:VEVENT
UID:%(uid)s
DTSTAMP:%(stamp)s
DTSTART:%(start)s
DTEND:%(end)s
SUMMARY:Site visit, east wing
LOCATION:Hafenmuseum, gate 2
DESCRIPTION:Helmets are at the gate. Bring boots.
ORGANIZER;CN=%(name)s:mailto:%(organiser)s
ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:%(attendee)s
SEQUENCE:0
STATUS:CONFIRMED
END:VEVENT
END:VCALENDAR
"""


def subject(dice):
    words = dice.choice(SUBJECTS) % dice.choice(THINGS)
    return words[0].upper() + words[1:]


def letter(dice, who):
    """A short everyday letter in two or three paragraphs."""
    paragraphs = [" ".join(dice.sample(SENTENCES, dice.randrange(2, 5))) for _ in range(dice.randrange(1, 4))]
    first = who[0].split("·")[-1].split()[0]
    return "%s\n\n%s\n\n%s\n%s\n" % (dice.choice(GREETINGS), "\n\n".join(paragraphs), dice.choice(ENDINGS), first)


def html(plain):
    """The same words as simple HTML, the way mail programs write it."""
    paragraphs = [escape_html.escape(p).replace("\n", "<br>\n") for p in plain.strip().split("\n\n")]
    return '<html><head><meta charset="utf-8"></head><body style="font-family:Calibri,Arial,sans-serif;font-size:11pt">\n%s\n</body></html>\n' % \
        "\n".join("<p>%s</p>" % p for p in paragraphs)


def photos(pictures):
    return "<html><body><p>I got up at five for these. Use whatever you like for the brochure.</p>\n%s\n<p>Amal</p></body></html>\n" % "\n".join(
        '<p><img src="cid:%s" alt="The harbour, %s" width="320" height="213"><br><i>%s</i></p>' % (cid, caption, caption) for cid, caption in pictures)


FIRST = ["Anna", "Björn", "Chiara", "Dariusz", "Élodie", "Farid", "Greta", "Hiroko", "Ismail", "Jana", "Karel", "Lars", "Mirela", "Nils", "Olga",
         "Pilar", "Quentin", "Rosa", "Stefan", "Tomáš", "Ursula", "Viktor", "Wanda", "Yusuf", "Zoë"]
LAST = ["Ahlström", "Becker", "Costa", "Dupont", "Eriksen", "Fischer", "García", "Horváth"]


def bulk_senders(dice):
    people = [("%s %s" % (first, last), "%s.%d@%s.example" % (chr(97 + n % 26), n, ("post", "mail", "kontor", "werk")[n % 4]))
              for n, (first, last) in enumerate((f, l) for f in FIRST for l in LAST)]
    dice.shuffle(people)
    return people
