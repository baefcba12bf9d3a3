internal import JSON
internal import Language
internal import Runtime

/// What a line says about those before it having been written anew.
///
/// 1. `after` is the hash of the line before the note, which the chain names too: a note that was put
///    somewhere else is a breach, like a line that was.
/// 2. A note may be signed. The signature stands for all that the note says, so also for `after`, and by it
///    for every line before: whoever changes any of them, and all checksums and hashes behind, can't sign
///    that. The public key stands beside it; whether it is the operator's only he can tell (`verify --key`).
/// 3. When lines are written anew a second time, an older note gets the new hash of the line before it as
///    `after`, and `then` says which one it had: its signature stands for that one.
public struct Rewritten: Hashable, Sendable {
    /// The last of the lines that were written anew.
    public var last: UInt64
    public var by: String
    public var at: Int64
    public var people: [Int]
    public var lines: Int64
    /// The hash of the last line before, and since.
    public var before: String
    public var after: String
    /// The hash that the last line had when the note was made, if it has been written anew since.
    public var then: String?
    /// Whose key signed it, and the signature: 64 and 128 hexadecimal digits.
    public var key: VerifyingKey?
    var signature: String?
    private static let why = "forgotten"

    init?(_ value: JSONValue?) {
        guard let value, value["why"]?.string == Self.why, let last = value["last"]?.int, last > 0,
            let by = value["by"]?.string,
            let at = value["at"]?.int, let lines = value["lines"]?.int,
            let before = value["before"]?.string, let after = value["after"]?.string
        else { return nil }
        self.last = UInt64(last)
        self.by = by
        self.at = at
        self.lines = lines
        self.before = before
        self.after = after
        people = (value["people"]?.array ?? []).compactMap { $0.int.map { Int($0) } }
        then = value["then"]?.string
        guard value["key"] != nil || value["signature"] != nil else { return }
        guard let key = value["key"]?.string.flatMap({ VerifyingKey($0) }),
            let signature = value["signature"]?.string
        else { return nil }
        self.key = key
        self.signature = signature
    }

    init(
        _ last: UInt64, by: String, at: Int64, people: [Int], lines: Int, before: ChainHash,
        after: ChainHash
    ) {
        self.last = last
        self.by = by
        self.at = at
        self.people = people
        self.lines = Int64(lines)
        self.before = before.description
        self.after = after.description
    }

    // MARK: Signing

    mutating func sign(_ signing: SigningKey) throws(JournalError) {
        key = signing.verifying
        signature = try signing.signature(of: signed)
    }

    /// Whether it is as it was signed; what was never signed is.
    var isIntact: Bool {
        guard let key, let signature else { return true }
        return key.vouches(for: signed, signature)
    }

    /// What a signature stands for: a line each; who did it is last, as only that may hold a line feed.
    private var signed: [UInt8] {
        Array(
            """
            hundred: lines written anew, for those who asked to be forgotten
            last \(last)
            at \(at)
            lines \(lines)
            people \(people.map { "\($0)" }.joined(separator: " "))
            before \(before)
            after \(then ?? after)
            key \(key?.description ?? "")
            by \(by)
            """.utf8)
    }

    // MARK: As it stands in a line

    func write(_ json: inout JSONWriter) {
        json.key("rewritten")
        json.beginObject()
        var texts = [("why", Self.why), ("by", by), ("before", before), ("after", after)]
        if let then { texts.append(("then", then)) }
        if let key, let signature {
            texts += [("key", key.description), ("signature", signature)]
        }
        for (name, text) in texts {
            json.key(name)
            json.string(text)
        }
        for (name, number) in [("at", at), ("last", Int64(clamping: last)), ("lines", lines)] {
            json.key(name)
            json.integer(number)
        }
        json.key("people")
        json.beginArray()
        for number in people { json.integer(Int64(number)) }
        json.endArray()
        json.endObject()
    }

    /// In words, for `verify`.
    var text: String {
        "lines up to \(last) were written anew by \(by) at \(Instant(milliseconds: at)), for those who asked "
            + "to be forgotten (former member "
            + people.prefix(20).map { "\($0)" }.joined(separator: ", ")
            + (people.count > 20 ? "…" : "")
            + "); \(lines) of them changed; the hash of line \(last) was \(before); "
            + (key.map { "signed by the key \($0)" } ?? "not signed")
    }
}
