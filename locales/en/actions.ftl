archive = Archive
archive-title = Archive (e)
delete = Delete
delete-title = Delete (#)
delete-for-good = Delete for good
delete-for-good-title = Delete for good (#)
junk = Junk
junk-title = Junk (!)
not-junk = Not junk
not-junk-title = Not junk (!)
mark-read = Mark as read
mark-unread = Mark as unread
flag = Flag
flag-title = Flag (s)
unflag = Take the flag off
move = Move
move-title = Move to… (v)
move-to = Move to
copy-to = Copy to
copy = Copy
more = More
more-actions = More actions
keep = Keep

nothing-chosen = Nothing was chosen, so nothing was changed.
nowhere-chosen = No folder was chosen, so nothing was changed.
all-gone = What you chose is no longer here. Nothing was changed.
some-gone = { $text } { $count ->
    [one] 1 was gone already.
   *[other] { $shown } were gone already.
  }
done-moved = { $count ->
    [one] 1 message moved to { $folder }.
   *[other] { $shown } messages moved to { $folder }.
  }
done-moved-back = { $count ->
    [one] 1 message is back in { $folder }.
   *[other] { $shown } messages are back in { $folder }.
  }
done-copied = { $count ->
    [one] 1 message copied to { $folder }.
   *[other] { $shown } messages copied to { $folder }.
  }
done-deleted = { $count ->
    [one] 1 message deleted for good.
   *[other] { $shown } messages deleted for good.
  }
done-read = { $count ->
    [one] 1 message marked as read.
   *[other] { $shown } messages marked as read.
  }
done-unread = { $count ->
    [one] 1 message marked as unread.
   *[other] { $shown } messages marked as unread.
  }
done-flagged = { $count ->
    [one] 1 message flagged.
   *[other] { $shown } messages flagged.
  }
done-unflagged = { $count ->
    [one] 1 flag taken off.
   *[other] { $shown } flags taken off.
  }
done-emptied = { $folder } is empty. { $count ->
    [one] 1 message
   *[other] { $shown } messages
  } deleted for good.

confirm-delete = { $count ->
    [one] Delete this message for good?
   *[other] Delete { $shown } messages for good?
  }
confirm-delete-text = { $count ->
    [one] It is removed from the mail server, on all your devices. It can't be brought back.
   *[other] They are removed from the mail server, on all your devices. They can't be brought back.
  }
confirm-delete-full-text = { $count ->
    [one] The storage of this account is full (its quota is used up), so Trash can't take it. It is removed from the mail server, on all your devices. It can't be brought back.
   *[other] The storage of this account is full (its quota is used up), so Trash can't take them. They are removed from the mail server, on all your devices. They can't be brought back.
  }
confirm-empty = Empty { $folder }?
confirm-empty-text = { $count ->
    [one] 1 message
   *[other] { $shown } messages
  } will be removed from the mail server, on all your devices. They can't be brought back.
confirm-empty-yes = Delete { $count ->
    [one] 1 message
   *[other] { $shown } messages
  }
confirm-empty-nothing = { $folder } is empty already.
