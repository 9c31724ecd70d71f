//! Sorted lists, for sets of some hundred values: less code than a tree for each type.

/// Puts a value where it belongs, unless it is there. `true`: it was not.
pub fn insert<T: Ord>(list: &mut Vec<T>, value: T) -> bool {
    let Err(place) = list.binary_search(&value) else { return false };
    list.insert(place, value);
    true
}

/// Each value once, in ascending order.
pub fn of<'a>(values: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut list = Vec::new();
    for value in values {
        insert(&mut list, value);
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted_and_once() {
        assert_eq!(of(["b", "a", "c", "a"].into_iter()), ["a", "b", "c"]);
        let mut list = vec!["a", "c"];
        assert!(insert(&mut list, "b") && !insert(&mut list, "b") && insert(&mut list, "d"));
        assert_eq!(list, ["a", "b", "c", "d"]);
    }
}
