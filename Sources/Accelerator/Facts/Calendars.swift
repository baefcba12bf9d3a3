import Language

extension State {
    /// The calendar a person lives by, for work that belongs to a programme.
    public func calendar(of person: String, in programme: Programme?) -> WorkingCalendar {
        programme?.calendar ?? WorkingCalendar()
    }
}
