import Language

/// Groups from which nothing comes (people.md 2, row 9): their leader is told in private, once.
///
/// 1. Said is what a person says in the group, whatever comes of it; a pressed button proves no hearing.
/// 2. Silent is a group that said nothing for 24 hours, days off not counted, since it was bound or last
///    heard. Where the channel hears only commands and replies, a group that has been heard is expected no
///    more often than its readings are due.
/// 3. The day it was last heard is the nominal one: it rings again only after it was heard again.
enum Silence {
    static let row = "group.silent"
    /// Hours of the day at which it is told.
    static let earliest = LocalTime(9, 0)
    static let latest = LocalTime(18, 0)
    /// Hearing is noted this often at most, not with every word.
    static let grain = Instant.hour

    /// The chat's key in `group tg:-100123 CH-03`.
    static func chat(in subject: String) -> String {
        subject.split(separator: " ").dropFirst().dropLast().joined(separator: " ")
    }

    /// What the leader is told; nil where the group is bound elsewhere by now.
    static func content(
        of occurrence: Occurrence, _ state: State, _ zones: Zones
    ) -> (phrases: [Phrase], offers: [Offer])? {
        guard let chat = state.chats[chat(in: occurrence.subject)], let code = chat.challenge,
            let challenge = state.challenges[code], let heard = chat.heardAt ?? chat.boundAt
        else { return nil }
        let zone = state.people[occurrence.receiver]?.zone ?? state.zone(of: challenge)
        let cause =
            state.channel(of: chat.key).map { $0.hearsAll ? "all" : "commands" } ?? "unknown"
        let values: KeyValuePairs<String, Say> = [
            "group": .text(chat.title ?? chat.key), "challenge": .code(code),
            "moment": .moment(zones.local(heard, in: zone) ?? heard.local(offset: 0), zone: nil),
        ]
        return (
            [Phrase("remind.silence.head", values), Phrase("remind.silence.\(cause)", values)],
            [
                Offer(Phrase("diagnose.label"), "/diagnose"),
                Offer(Phrase("later.tomorrowLabel"), "/later tomorrow"),
            ]
        )
    }
}

extension Reminding {
    func silences(_ challenge: Challenge) -> [Occurrence] {
        guard !challenge.isOver, let keys = state.bound[challenge.code] else { return [] }
        let days = state.days(of: challenge)
        let zone = state.zone(of: challenge)
        var found: [Occurrence] = []
        for key in keys {
            guard let chat = state.chats[key], !chat.isLost,
                let heard = chat.heardAt ?? chat.boundAt
            else { continue }
            let last = zones.local(heard, in: zone) ?? heard.local(offset: 0)
            let rings = zones.instant(
                silent(last, after: patience(chat, challenge), days), in: zone)
            for leader in challenge.holders(of: .teamLeader) {
                let subject = "group \(key) \(challenge.code)"
                let name = "\(Silence.row)/\(subject)/\(leader)@\(last.date)#0"
                guard state.rung[name] == nil, let rings = state.snoozes[name] ?? rings,
                    rings >= floor || state.snoozes[name] != nil, rings <= through
                else { continue }
                found.append(
                    Occurrence(
                        key: name, row: Silence.row, subject: subject, receiver: leader, step: 0,
                        nominal: last.date, rings: rings))
            }
        }
        return found
    }

    /// Days for which a group may be silent beside the one that is too long.
    private func patience(_ chat: Chat, _ challenge: Challenge) -> Int {
        guard let heard = chat.heardAt, let bound = chat.boundAt, heard > bound,
            state.channel(of: chat.key)?.hearsAll == false
        else { return 0 }
        return min(max(challenge.goals.map(\.interval).max() ?? 0, 7), 100)
    }

    /// The same time a working day later, at an hour of the day.
    private func silent(_ last: LocalMoment, after days: Int, _ calendar: WorkingDays)
        -> LocalMoment
    {
        let day = calendar.onOrAfter(last.date + (days + 1)) ?? last.date + (days + 1)
        if last.time > Silence.latest {
            return LocalMoment(calendar.onOrAfter(day + 1) ?? day + 1, Silence.earliest)
        }
        return LocalMoment(day, max(last.time, Silence.earliest))
    }
}

extension Decider {
    /// That a bound group was heard is kept, once an hour at most, beside whatever came of what it said.
    func noting(_ outcome: Outcome, _ turn: Turn) -> Outcome {
        guard turn.inbound.kind == .said, let key = turn.inbound.chat,
            let chat = turn.state.chats[key],
            let challenge = chat.challenge
        else { return outcome }
        let last = chat.heardAt ?? Instant(milliseconds: 0)
        guard turn.at.milliseconds - last.milliseconds >= Silence.grain else { return outcome }
        let heard = Event.chatHeard(ChatHeard(key, of: challenge))
        switch outcome {
        case .commit(var commit):
            let isSet = commit.events.contains {
                if case .chatSet(let set) = $0 { set.key == key } else { false }
            }
            if !isSet { commit.events.append(heard) }
            return .commit(commit)
        case .answer(let out):
            // A file is not kept on the record: it leaves as an answer, and the next word is noted.
            return out.contains { $0.enclosure != nil } ? outcome : turn.commit([heard], out)
        case .nothing: return turn.commit([heard], [])
        }
    }
}
