error-survey-gone = What fills the mailbox is not known at the moment
error-survey-gone-text = It is looked at anew on the page about storage. Nothing was changed.
way-storage = See what takes the room

quota-used = { $used } used
quota-used-about = About { $used } used
quota-messages-line = { $used } of { $limit } messages
quota-free-up = Free up space
quota-filling = Your mailbox is { $percent }% full. When it is full, new mail is returned to its sender.
quota-filling-messages = Your mailbox holds { $line }. When the limit is reached, new mail is returned to its sender.
quota-almost-full = Your mailbox is almost full ({ $percent }%). When it is full, new mail is returned to its sender.
quota-almost-full-messages = Your mailbox is almost full: it holds { $line }. When the limit is reached, new mail is returned to its sender.
quota-full = Your mailbox is full. New mail is returned to its sender until there is room again.
quota-full-messages = Your mailbox is full: it holds { $line }. New mail is returned to its sender until there is room again.
