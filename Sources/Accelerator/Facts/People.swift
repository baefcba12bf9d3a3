public import Language

/// Someone the bot knows. A person may speak through several channels: each of those ids is a principal.
public struct Person: Record {
    /// `u03-data` from a file, else `p` and a number.
    public var code = ""
    public var name = ""
    public var title: String?
    /// The reader's language, once chosen or told by the channel.
    public var language: String?
    /// IANA zone; nil is that of the person's challenge.
    public var zone: String?
    /// Roles beyond single challenges: a programme's or cohort's code, `*` for the bot itself.
    public var grants: [Grant] = []
    /// On leave until this day (included), and who stands in.
    public var awayUntil: LocalDate?
    public var deputy: String?
    /// Kinds of unasked messages this person does not want.
    public var mutes: [Mute] = []
    /// Whether a private message reached this person, or may: false after the channel said no.
    public var isReachable = true
    /// Said instead of the name of someone who asked to be forgotten: former member 3.
    public var former: Int?
    /// The country by whose calendar this person lives; nil is that of the programme they work in.
    public var country: String?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("code", &code)
        try c.field("name", &name)
        try c.field("title", &title)
        try c.field("language", &language)
        try c.field("zone", &zone)
        try c.field("grants", &grants)
        try c.field("away_until", &awayUntil)
        try c.field("deputy", &deputy)
        try c.field("mutes", &mutes)
        var unreachable = !isReachable
        try c.field("unreachable", &unreachable)
        isReachable = !unreachable
        try c.field("former", &former)
        try c.field("country", &country)
    }
}

/// A role in something larger than a challenge.
public struct Grant: Record {
    public var scope = ""
    public var role = Role.viewer
    public init() {}
    public init(scope: String, role: Role) {
        self.scope = scope
        self.role = role
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("scope", &scope)
        try c.field("role", &role)
    }
}

/// What a person does not want to be told unasked, and until when.
public struct Mute: Record {
    /// A row of the reminder table (`reading.due`), or `all`.
    public var kind = ""
    public var until: LocalDate?
    public init() {}
    public init(kind: String, until: LocalDate?) {
        self.kind = kind
        self.until = until
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("kind", &kind)
        try c.field("until", &until)
    }
}

/// A chat of several people that the bot is in.
public struct Chat: Record {
    /// `tg:-100123`, `console:ch03`.
    public var key = ""
    public var title: String?
    /// The one challenge it is bound to, if any.
    public var challenge: String?
    public var language: String?
    public var boundAt: Instant?
    public var boundBy: String?
    /// When somebody was last heard here.
    public var heardAt: Instant?
    /// The channel's id of the bound card, which members reply to.
    public var card: String?
    /// Whether the bot was removed or may not write.
    public var isLost = false
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("key", &key)
        try c.field("title", &title)
        try c.field("challenge", &challenge)
        try c.field("language", &language)
        try c.field("bound_at", &boundAt)
        try c.field("bound_by", &boundBy)
        try c.field("heard_at", &heardAt)
        try c.field("card", &card)
        try c.field("lost", &isLost)
    }
}

/// What a channel said of itself when it started: facts of the provider, that no chat shows.
public struct ChannelKnown: Record {
    /// What the channel's ids begin with: `tg`.
    public var name = ""
    /// Whether it lets the bot hear everything said in its groups, and not only commands and replies.
    public var hearsAll = false
    public init() {}
    public init(_ name: String, hearsAll: Bool) {
        self.name = name
        self.hearsAll = hearsAll
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("name", &name)
        try c.field("hears_all", &hearsAll)
    }
}

/// A way in that was handed out: a seat with a personal link, a challenge's join code, the claim of the
/// administrator.
public struct Invitation: Record {
    public enum Kind: String, Spelled { case claim, seat, join, bind }
    public var kind = Kind.seat
    /// The code itself: 128 random bits, once, compared as bytes in constant time. Whoever can read the
    /// journal (mode 0600) can read it; a claim or join code lives 15 minutes.
    public var secret = ""
    public var challenge: String?
    public var role: Role?
    /// Over what the role is held, beyond single challenges; none is everything.
    public var scopes: [String] = []
    public var title: String?
    public var by: String?
    public var expires: Instant?
    public var usedBy: String?
    public var tries = 0
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("kind", &kind)
        try c.field("secret", &secret)
        try c.field("challenge", &challenge)
        try c.field("role", &role)
        try c.field("scopes", &scopes)
        try c.field("title", &title)
        try c.field("by", &by)
        try c.field("expires", &expires)
        try c.field("used_by", &usedBy)
        try c.field("tries", &tries)
    }
}
