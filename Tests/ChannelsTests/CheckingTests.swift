import Accelerator
import Channels
import JSON
import Testing

@Suite struct SecretTests {
    @Test func showsNothing() {
        let secret = Secret("123:canary")
        var dumped = ""
        dump(secret, to: &dumped)
        for shown in [
            "\(secret)", String(describing: secret), String(reflecting: secret), dumped,
            "\([secret])", "\(Optional(secret) as Any)",
        ] {
            #expect(!shown.contains("canary"), "\(shown)")
        }
        var configuration = TelegramConfiguration(token: secret)
        configuration.webhookSecret = Secret("canary2")
        var all = ""
        dump(configuration, to: &all)
        #expect(!all.contains("canary"))
    }

    @Test func matches() {
        #expect(Secret("abc").matches("abc"))
        for other in ["", "ab", "abcd", "ABC", "abd", "abc\0"] {
            #expect(!Secret("abc").matches(other), "\(other)")
        }
        // Bytes, not signs: one letter or two scalars are different secrets.
        #expect(!Secret("\u{E9}").matches("e\u{301}"))
        #expect(!Secret("").matches(""))
    }
}

@Suite struct StandardWebhooksTests {
    /// The example of the specification's own libraries.
    private static let key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private static let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    private static let at: Int64 = 1_614_265_330
    private static let body = #"{"test": 2432232314}"#
    private static let good = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

    private func verdict(
        _ signature: String? = good, id: String? = id, at timestamp: String? = "\(at)",
        body: String = body,
        now: Int64 = at, keys: [(String, Int64?)] = [(key, nil)]
    ) -> String {
        let made = keys.compactMap { StandardWebhooks.Key(Secret($0.0), retiresAt: $0.1) }
        do throws(StandardWebhooks.Fault) {
            return try StandardWebhooks(keys: made).verify(
                id: id, timestamp: timestamp, signature: signature, body: Array(body.utf8), now: now
            )
        } catch {
            return error.rawValue
        }
    }

    @Test func theVector() {
        #expect(verdict() == Self.id)
        #expect(verdict("v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= \(Self.good)") == Self.id)
        #expect(verdict("v2,x v1a,\(Self.good.dropFirst(3)) \(Self.good)") == Self.id)
    }

    @Test func whatIsNotTaken() {
        for (verdict, expected) in [
            (verdict(nil), "noSignature"), (verdict(id: nil), "noSignature"),
            (verdict(at: nil), "noSignature"),
            (verdict(""), "wrongSignature"), (verdict("v1,"), "wrongSignature"),
            (verdict("v1a,\(Self.good.dropFirst(3))"), "wrongSignature"),
            (verdict("\(Self.good.dropFirst(3))"), "wrongSignature"),
            (verdict(Self.good.lowercased()), "wrongSignature"),
            (verdict(body: Self.body + " "), "wrongSignature"),
            (verdict(id: Self.id + "."), "wrongSignature"), (verdict(id: ""), "badID"),
            (verdict(id: "a b"), "badID"),
            (verdict(at: "x"), "badTimestamp"), (verdict(at: "+\(Self.at)"), "badTimestamp"),
            (verdict(at: "1e9"), "badTimestamp"),
            (verdict(at: " \(Self.at)"), "badTimestamp"),
            (verdict(at: "99999999999999999999"), "badTimestamp"),
            (verdict(now: Self.at + 301), "tooOld"), (verdict(now: Self.at - 301), "tooNew"),
            (verdict(now: .max), "tooOld"), (verdict(now: .min), "tooOld"),
            (
                verdict(Array(repeating: Self.good, count: 21).joined(separator: " ")),
                "tooManySignatures"
            ),
            (verdict(keys: []), "wrongSignature"),
            (
                verdict(keys: [("whsec_" + String(repeating: "QUJD", count: 8), nil)]),
                "wrongSignature"
            ),
            (verdict(keys: [(Self.key, Self.at)]), "wrongSignature"),
        ] { #expect(verdict == expected) }
        #expect(verdict(now: Self.at + 300) == Self.id)
        #expect(verdict(now: Self.at - 300) == Self.id)
        #expect(verdict(keys: [(Self.key, Self.at + 1)]) == Self.id)
        #expect(verdict(Array(repeating: Self.good, count: 20).joined(separator: " ")) == Self.id)
    }

    @Test func keysAreWhatTheyMustBe() {
        for bad in [
            "", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_" + String(repeating: "QUJD", count: 22),
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!",
            "whsec_=fKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        ] {
            #expect(StandardWebhooks.Key(Secret(bad)) == nil, "\(bad)")
        }
        #expect(StandardWebhooks.Key(Secret(Self.key)) != nil)
    }
}

@Suite struct WebhookDoorTests {
    private let door = WebhookDoor(name: "registry", token: Secret("t0ken"))
    private func outcome(
        _ body: String, _ authorization: String? = "Bearer t0ken", id: String? = nil
    ) -> String {
        switch door.receive(
            .init(authorization: authorization, id: id), body: Array(body.utf8), now: 0)
        {
        case .refused(let answer):
            return "\(answer.status) \(String(decoding: answer.body, as: UTF8.self))"
        case .heard(let inbound):
            return [
                inbound.channel, inbound.principal, inbound.chat ?? "-", inbound.text,
                inbound.sent.map { "\($0)" } ?? "-", inbound.key ?? "-",
            ]
            .joined(separator: " | ")
        }
    }

    @Test func whoMayComeIn() {
        let body = #"{"from":"a","text":"x"}"#
        let heard = "in:registry | in:registry:a | - | x | - | -"
        #expect(outcome(body) == heard)
        #expect(outcome(body, "bearer t0ken") == heard)
        for bad in [
            nil, "", "Bearer", "Bearer ", "Bearer t0ke", "Bearer t0kenx", "Basic t0ken", "t0ken",
            "Bearer  ",
        ] {
            #expect(outcome(body, bad) == "401 ", "\(bad ?? "none")")
        }
        let nobody = WebhookDoor(name: "x", token: nil)
        #expect(
            nobody.receive(.init(authorization: "Bearer "), body: Array(body.utf8), now: 0)
                == .refused(DoorAnswer(401)))
        let empty = WebhookDoor(name: "x", token: Secret(""))
        #expect(
            empty.receive(.init(authorization: "Bearer "), body: Array(body.utf8), now: 0)
                == .refused(DoorAnswer(401)))
    }

    @Test func bodies() {
        #expect(
            outcome(
                #"{"from":"r-1","chat":"north","text":"/up 5","at":"2026-03-20T17:30:00+05:00","more":[1]}"#,
                id: "m1")
                == "in:registry | in:registry:r-1 | in:registry:north | /up 5 | 2026-03-20T12:30:00Z | in:registry m1"
        )
        #expect(
            outcome(#"{"from":"r","chat":null,"text":"","at":null}"#)
                == "in:registry | in:registry:r | - |  | - | -")
        for (body, why) in [
            ("{", "the body is no JSON that is taken: the text ends too early at byte 1"),
            ("[]", "the body must be an object"), (#"{"text":"x"}"#, "from: missing"),
            (#"{"from":5,"text":"x"}"#, "from: must be a string"),
            (#"{"from":"a"}"#, "text: missing"),
            (#"{"from":"a","text":["x"]}"#, "text: must be a string"),
            (#"{"from":"","text":"x"}"#, "from: must not be empty"),
            (
                #"{"from":"a b","text":"x"}"#,
                "from: must have no spaces, slashes or invisible characters"
            ),
            (
                #"{"from":"a\u202eb","text":"x"}"#,
                "from: must have no spaces, slashes or invisible characters"
            ),
            (
                #"{"from":"a","chat":"b/c","text":"x"}"#,
                "chat: must have no spaces, slashes or invisible characters"
            ),
            (
                #"{"from":"a","text":"x","at":"tomorrow"}"#,
                "at: no time as RFC 3339 has it, such as 2026-03-20T17:30:00+05:00"
            ),
            (
                #"{"from":"\#(String(repeating: "a", count: 129))","text":"x"}"#,
                "from: longer than 128 bytes"
            ),
            (
                #"{"from":"a","text":"\#(String(repeating: "a", count: 4097))"}"#,
                "text: longer than 4096 characters"
            ),
            (
                #"{"from":"a","from":"b","text":"x"}"#,
                #"the body is no JSON that is taken: the name "from" stands twice at byte 12"#
            ),
        ] {
            let answer = outcome(body)
            #expect(answer.hasPrefix("400 "), "\(body)")
            #expect(json(String(answer.dropFirst(4)))["error"]?.string == why, "\(body)")
        }
        #expect(outcome(String(repeating: " ", count: 70_000)).hasPrefix("413 "))
    }

    /// A signed request needs no token, and its id is the key.
    @Test func signed() throws {
        let key = try #require(
            StandardWebhooks.Key(Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")))
        let door = WebhookDoor(
            name: "registry", token: nil, signatures: StandardWebhooks(keys: [key]))
        let head = WebhookDoor.Head(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: "1614265330",
            signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        // Let in, and then not understood: the vector's body is no message.
        guard
            case .refused(let answer) = door.receive(
                head, body: Array(#"{"test": 2432232314}"#.utf8), now: 1_614_265_330)
        else {
            return #expect(Bool(false))
        }
        #expect(answer.status == 400)
        #expect(
            door.receive(head, body: Array(#"{"test": 2432232315}"#.utf8), now: 1_614_265_330)
                == .refused(DoorAnswer(401)))
        #expect(
            door.receive(head, body: Array(#"{"test": 2432232314}"#.utf8), now: 1_614_265_700)
                == .refused(DoorAnswer(401)))
    }
}
