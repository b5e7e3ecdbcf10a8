# Taking mail along.
export-chosen-title = { $count ->
    [one] Download 1 message
   *[other] Download { $shown } messages
  }
export-folder-title = Download { $folder }
export-amount = { $count ->
    [one] 1 message, { $size }.
   *[other] { $shown } messages, { $size }.
  }
export-amount-about = { $count ->
    [one] 1 message, about { $size }.
   *[other] { $shown } messages, about { $size }.
  }
export-nothing-there = There are no messages to download.
export-nothing-chosen = Nothing was chosen, so there is nothing to download.
export-unread = Unread messages only.
export-flagged = Flagged messages only.
export-found = Messages with “{ $query }”.
export-as = Kind of file
export-zip = ZIP archive of .eml files
export-zip-hint = A file for each message. Opens on any computer; every mail program reads its files.
export-mbox = mbox
export-mbox-hint = One file for each folder, with read and flagged marks. For Thunderbird, Apple Mail and many others.
export-maildir = Maildir (tar archive)
export-maildir-hint = A folder for mail servers and programs on Linux, with all marks.
export-below = { $count ->
    [one] With the folder below it
   *[other] With the { $shown } folders below it
  }
export-below-hint = The amount above is that of this folder alone.
export-download = Download
export-stays = Nothing is moved or deleted: the messages stay where they are.
export-other-folder = Another folder
export-show-folder = Show
export-back = Back to the messages
export-to-import = Import messages
export-of-several = Mail
export-menu = Download…
export-folder = Download folder…
export-found-menu = Download these…
export-left-out-file = left-out.txt
export-left-out = { $count ->
    [one] 1 message that was asked for is not in this download. All others are complete.
   *[other] { $shown } messages that were asked for are not in this download. All others are complete.
  }
export-left-out-more = { $count ->
    [one] And 1 more.
   *[other] And { $shown } more.
  }
export-messages = { $count ->
    [one] 1 message
   *[other] { $shown } messages
  }
export-message = message number { $number }
export-gone = moved or deleted meanwhile
export-folder-gone = the folder was removed, renamed or rebuilt meanwhile
export-refused = the mail server did not give it

# Bringing mail in.
import-title = Import messages
import-lead = Messages from files, into a folder. Dates and marks are kept, and what is there already stays as it is.
import-into = Into the folder
import-skip = Leave out messages that are there already
import-skip-hint = The same message is one with the same Message-ID and size.
import-files = Files
import-files-hint = Single messages (.eml), mbox files, or ZIP archives of these; several at once if you like.
import-limit = Up to { $limit } at once.
import-begin = Import
import-no-file = No file was chosen.
import-too-many = { $count ->
    [one] Up to 1 file can be imported at once. Put them into a ZIP archive.
   *[other] Up to { $shown } files can be imported at once. Put them into a ZIP archive.
  }
import-too-large = These files have { $size } together, and { $limit } can be imported at once. Nothing was imported.
import-too-much-work = There is too much work in the background already. Look through it, and remove what is over.
import-menu = Import messages…
folder-actions = More of this folder

# What is said of bringing mail in while it goes on.
job-import = Import into { $folder }
job-so-far-and-added = { $count ->
    [one] { $done } of about { $total }, 1 imported ({ $size })
   *[other] { $done } of about { $total }, { $shown } imported ({ $size })
  }
job-did-and-added = { $count ->
    [0] Nothing was imported
    [one] 1 message imported, { $size }
   *[other] { $shown } messages imported, { $size }
  }
job-remark-already-there = { $count ->
    [one] 1 message is there already, and was left out.
   *[other] { $shown } messages are there already, and were left out.
  }
job-remark-not-a-message = { $count ->
    [one] { $about } is no message, and was left out.
   *[other] { $about }: { $shown } pieces are no messages, and were left out.
  }
job-remark-deleted-there = { $count ->
    [one] 1 message had been deleted in the program it comes from, and was left out.
   *[other] { $shown } messages had been deleted in the program they come from, and were left out.
  }
job-remark-too-large = { $count ->
    [one] { $about } is too large, and was left out.
   *[other] { $about }: { $shown } messages are too large, and were left out.
  }
job-remark-archive-inside = { $about } is an archive inside an archive, or of a kind that is not read. Unpack it, and import what is in it.
job-remark-unreadable = { $about } is broken, encrypted, or packed in a way that is not known here.
job-remark-bursts = { $about } unpacks to far more than mail does, and was left out.
job-remark-repaired = { $count ->
    [one] { $about } held octets that no mail server takes. It was imported with blanks in their place.
   *[other] { $about }: { $shown } messages held octets that no mail server takes. They were imported with blanks in their place.
  }
job-remark-file-gone = { $about } is not here any more. Import it once more.
job-remark-not-taken = { $count ->
    [one] { $about }: the mail server did not take it.
   *[other] { $about }: the mail server did not take { $shown } messages.
  }

# On the page of settings.
taking-title = Take mail along, bring mail in
taking-text = All that is in a folder as a file that other mail programs read; and messages from such files into a folder.
