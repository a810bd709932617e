//! Which steps wait for one another.

use super::edge::Edge;

/// For each node the number of its strongly connected component: two nodes have the same number
/// if each can be reached from the other. Tarjan's algorithm (SIAM J. Comput. 1 (1972) 146),
/// with a stack of its own because a chain of steps may be a hundred thousand long.
pub(super) fn components(count: usize, edges: &[Edge]) -> Vec<usize> {
    let mut next = vec![Vec::new(); count];
    for edge in edges {
        next[edge.from].push(edge.to);
    }
    let mut search = Search {
        next,
        number: vec![None; count],
        lowest: vec![0; count],
        component: vec![None; count],
        open: Vec::new(),
        numbered: 0,
    };
    for node in 0..count {
        if search.number[node].is_none() {
            search.visit(node);
        }
    }
    // Every node is in a component by now; the default never shows.
    search.component.into_iter().map(Option::unwrap_or_default).collect()
}

struct Search {
    next: Vec<Vec<usize>>,
    /// The order in which the nodes were reached.
    number: Vec<Option<usize>>,
    /// The lowest number of an open node known to be reachable.
    lowest: Vec<usize>,
    component: Vec<Option<usize>>,
    /// The nodes whose component is not settled.
    open: Vec<usize>,
    numbered: usize,
}

impl Search {
    fn visit(&mut self, root: usize) {
        let mut path = vec![(root, self.enter(root), 0)];
        while let Some((node, number, at)) = path.last_mut() {
            let (node, number) = (*node, *number);
            if let Some(&next) = self.next[node].get(*at) {
                *at += 1;
                match (self.number[next], self.component[next]) {
                    (None, _) => {
                        let number = self.enter(next);
                        path.push((next, number, 0));
                    }
                    (Some(seen), None) => self.lowest[node] = self.lowest[node].min(seen),
                    (Some(_), Some(_)) => {}
                }
                continue;
            }
            path.pop();
            if let Some(&(parent, ..)) = path.last() {
                self.lowest[parent] = self.lowest[parent].min(self.lowest[node]);
            }
            if self.lowest[node] == number {
                self.settle(node);
            }
        }
    }

    fn enter(&mut self, node: usize) -> usize {
        let number = self.numbered;
        self.numbered += 1;
        self.number[node] = Some(number);
        self.lowest[node] = number;
        self.open.push(node);
        number
    }

    fn settle(&mut self, root: usize) {
        while let Some(node) = self.open.pop() {
            self.component[node] = Some(root);
            if node == root {
                break;
            }
        }
    }
}
