"""The methods about the bot itself and about chats as such."""

import re

from world import bad


class ProfileAndChats:
    # ---- the bot's profile

    def scope(self, p):
        """What a list of commands is for, and in which language, as a key."""
        scope, tag = p.get("scope", {"type": "default"}), p.get("language_code", "")
        if tag and not re.fullmatch(r"[a-z]{2}", tag):
            raise bad("LANG_CODE_INVALID")
        number = self.world.target(scope).id if "chat_id" in scope else None
        return (scope["type"], number, scope.get("user_id")), tag

    def setMyCommands(self, p):
        key = self.scope(p)
        if len(p["commands"]) > 100:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        for command in p["commands"]:
            if not re.fullmatch(r"/?[a-z0-9_]{1,32}", command["command"]):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"].strip()) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        names = [command["command"] for command in p["commands"]]
        if len(set(names)) < len(names):
            raise bad("BOT_COMMAND_INVALID")
        self.world.menus[key] = p["commands"]
        return True

    def getMyCommands(self, p):
        return self.world.menus.get(self.scope(p), [])

    def deleteMyCommands(self, p):
        self.world.menus.pop(self.scope(p), None)
        return True

    def profile(self, key, p, limit):
        if len(p.get(key, "")) > limit:
            raise bad("%s is too long" % key)
        self.world.texts[(key, p.get("language_code", ""))] = p.get(key, "")
        return True

    def said(self, key, p):
        texts = self.world.texts
        return {key: texts.get((key, p.get("language_code", "")), texts.get((key, ""), ""))}

    def setMyName(self, p):
        return self.profile("name", p, 64)

    def getMyName(self, p):
        return self.said("name", p)

    def setMyDescription(self, p):
        return self.profile("description", p, 512)

    def getMyDescription(self, p):
        return self.said("description", p)

    def setMyShortDescription(self, p):
        return self.profile("short_description", p, 120)

    def getMyShortDescription(self, p):
        return self.said("short_description", p)

    def setChatMenuButton(self, p):
        self.world.texts["menu", p.get("chat_id")] = p.get("menu_button", {"type": "default"})
        return True

    def getChatMenuButton(self, p):
        return self.world.texts.get(("menu", p.get("chat_id")), {"type": "commands"})

    # ---- chats

    def getChat(self, p):
        chat = self.world.target(p)
        gifts = (
            "unlimited_gifts",
            "limited_gifts",
            "unique_gifts",
            "premium_subscription",
            "gifts_from_channels",
        )
        made = dict(
            chat.api,
            accent_color_id=0,
            max_reaction_count=11,
            accepted_gift_types={g: False for g in gifts},
        )
        pinned = [m for m in chat.messages.values() if m.pinned]
        return dict(made, pinned_message=self.world.quoted(pinned[-1])) if pinned else made

    def getChatMember(self, p):
        return self.world.member(self.world.writable(p), p["user_id"])

    def getChatAdministrators(self, p):
        chat = self.world.writable(p)
        if chat.is_private:
            raise bad("there are no administrators in the private chat")
        found = [
            number
            for number, status in chat.members.items()
            if status in ("creator", "administrator")
        ]
        bot = [self.world.bot_member(chat)] if chat.bot_status == "administrator" else []
        return [self.world.member(chat, number) for number in found] + bot

    def getChatMemberCount(self, p):
        chat = self.world.writable(p)
        return 1 + sum(
            status in ("creator", "administrator", "member") for status in chat.members.values()
        )

    def leaveChat(self, p):
        chat = self.world.writable(p)
        if chat.is_private:
            raise bad("chat member status can't be changed in private chats")
        chat.bot_status = "left"
        return True
